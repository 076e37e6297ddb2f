package io.karmadb.server.network;

import io.karmadb.KarmaStore;
import io.karmadb.Ticket;
import io.karmadb.server.command.Authenticator;
import io.karmadb.server.command.Loading;
import io.karmadb.server.command.LoopFigures;
import io.karmadb.server.command.ServerFigures;
import io.karmadb.server.command.StoreCommands;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the connections of one event loop share: parser, buffers, timers. Everything but the constructor is for that
 * loop's thread.
 */
final class LoopContext {
    private static final int BATCHES_KEPT = 64;
    private static final long SWEEP_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long SWEEP_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int SWEEPS_PER_TIMEOUT = 8;
    private static final long TREES_KEPT_NANOS = TimeUnit.SECONDS.toNanos(10);

    final EventLoop loop;
    private final boolean onlyLoop;
    final NetworkSettings settings;
    final ServerFigures figures;
    final LoopFigures loopFigures;
    final Workers workers;
    final Loading loading;
    final Ticket ticket = Ticket.neverWaiting();
    final Lookahead lookahead;
    final long readTimeoutNanos;
    final long writeTimeoutNanos;

    /** Null as long as it is loading; so is what follows. */
    KarmaStore store;

    StoreCommands commands;
    AcknowledgementGate gate;
    private TreeCache trees;

    private final List<Connection> connections = new ArrayList<>();
    private final ArrayDeque<Batch> freeBatches = new ArrayDeque<>();
    private long treesClearedNanos = System.nanoTime();
    private boolean stopping;

    LoopContext(
            EventLoop loop,
            boolean onlyLoop,
            NetworkSettings settings,
            ServerFigures figures,
            Workers workers,
            Loading loading,
            Authenticator authenticator) {
        this.loop = loop;
        this.onlyLoop = onlyLoop;
        this.settings = settings;
        this.figures = figures;
        loopFigures = figures.newLoop();
        this.workers = workers;
        this.loading = loading;
        lookahead = new Lookahead(authenticator);
        readTimeoutNanos = settings.readTimeout().toNanos();
        writeTimeoutNanos = settings.writeTimeout().toNanos();
        long sweepNanos = Math.max(
                SWEEP_NANOS_MIN,
                Math.min(shortest(readTimeoutNanos, writeTimeoutNanos) / SWEEPS_PER_TIMEOUT, SWEEP_NANOS_MAX));
        loop.scheduleWithFixedDelay(this::sweep, sweepNanos, sweepNanos, TimeUnit.NANOSECONDS);
    }

    /** Says whether there is no store yet. */
    boolean isLoading() {
        return store == null;
    }

    /** Carries out commands from now on. */
    void serve(KarmaStore opened, StoreCommands onStore) {
        trees = new TreeCache(opened);
        lookahead.serve(trees);
        gate = new AcknowledgementGate(opened, loop, connections::size, onlyLoop, System::nanoTime);
        commands = onStore;
        store = opened;
    }

    /** Zero stands for never. */
    private static long shortest(long oneNanos, long otherNanos) {
        return Math.min(oneNanos == 0 ? Long.MAX_VALUE : oneNanos, otherNanos == 0 ? Long.MAX_VALUE : otherNanos);
    }

    Batch takeBatch() {
        Batch batch = freeBatches.poll();
        return batch == null ? new Batch() : batch;
    }

    void giveBack(Batch batch) {
        if (freeBatches.size() < BATCHES_KEPT) {
            freeBatches.push(batch);
        }
    }

    /** Adds a connection; one that comes after {@link #stop} is stopped at once. */
    void add(Connection connection) {
        connection.setIndex(connections.size());
        connections.add(connection);
        if (stopping) {
            connection.stop();
        }
    }

    void remove(Connection connection) {
        Connection last = connections.remove(connections.size() - 1);
        if (last != connection) {
            connections.set(connection.index(), last);
            last.setIndex(connection.index());
        }
    }

    /** Lets every connection finish what it is running, then closes it. */
    void stop() {
        stopping = true;
        // Backwards, since removing one moves the last into its place.
        for (int i = connections.size() - 1; i >= 0; i--) {
            connections.get(i).stop();
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        for (int i = connections.size() - 1; i >= 0; i--) {
            if (i < connections.size()) {
                Connection connection = connections.get(i);
                connection.guard(() -> connection.checkTimeouts(now)); // what a periodic task throws would end it
            }
        }
        if (trees != null && now - treesClearedNanos > TREES_KEPT_NANOS) {
            treesClearedNanos = now;
            trees.clear();
        }
    }
}
