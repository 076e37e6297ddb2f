package io.karmadb.server.network;

import io.karmadb.DurabilityListener;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;

/**
 * The connections of one event loop that hold answers back until the log is durable. One registration with the store
 * serves all of them, so that a group commit wakes the loop once, however many connections it acknowledges.
 *
 * <p>All but the listener's methods, which the log's thread calls, are for the event loop.
 */
final class AcknowledgementGate implements DurabilityListener {
    private final KarmaStore store;
    private final EventLoop loop;
    private final Runnable release = this::release;
    private final ArrayDeque<Connection> waiting = new ArrayDeque<>();
    private boolean registered;
    private long lowestLsn = Long.MAX_VALUE;
    private volatile KarmaException failure;

    AcknowledgementGate(KarmaStore store, EventLoop loop) {
        this.store = store;
        this.loop = loop;
    }

    /** Returns why the log has failed, or null if it has not, as far as this loop knows. */
    KarmaException failure() {
        return failure;
    }

    /** Has {@link Connection#releaseDurable} called when its first batch may be sent. */
    void add(Connection connection, long lsn) {
        waiting.add(connection);
        lowestLsn = Math.min(lowestLsn, lsn);
        if (!registered) {
            register();
        }
    }

    private void register() {
        registered = true;
        store.whenDurable(lowestLsn, this);
    }

    @Override
    public void durable() {
        wake();
    }

    @Override
    public void failed(KarmaException cause) {
        failure = cause;
        wake();
    }

    private void wake() {
        try {
            loop.execute(release);
        } catch (RejectedExecutionException e) {
            // The loop has ended, and its connections with it: there is nobody left to tell.
            assert loop.isShuttingDown() : e;
        }
    }

    private void release() {
        // Connections may be added meanwhile; still being registered keeps that from registering them one by one.
        lowestLsn = Long.MAX_VALUE;
        for (int i = waiting.size(); i > 0; i--) {
            Connection connection = waiting.poll();
            long lsn = connection.releaseDurable();
            if (lsn != 0) {
                waiting.add(connection);
                lowestLsn = Math.min(lowestLsn, lsn);
            }
        }
        registered = false;
        if (!waiting.isEmpty()) {
            register();
        }
    }
}
