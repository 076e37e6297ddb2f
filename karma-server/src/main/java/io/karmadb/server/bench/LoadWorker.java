package io.karmadb.server.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** A worker that makes its requests and reads its answers as cheaply as it can, so that the server gets the processor. */
final class LoadWorker implements Worker {
    private static final int IN_BYTES = 64 * 1024;
    private static final long SELECT_MILLIS = 100;

    /** A selector counts in milliseconds: shorter waits for a request to be due are spent looking at the sockets. */
    private static final long SELECT_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(2);

    private final Load load;
    private final Schedule schedule;
    private final Tally tally;
    private final RequestTemplate[] templates;
    private final KeyDistribution keys;
    private final SplittableRandom random;
    private final Selector selector;
    private final List<LoadConnection> connections = new ArrayList<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES);
    private final byte[] bytes = new byte[IN_BYTES];
    private final int requestBytesMax;

    private long nextDue;
    private long progressNanos;
    private int open;
    private long inFlight;

    LoadWorker(Load load, Schedule schedule, SplittableRandom random) throws IOException {
        this.load = load;
        this.schedule = schedule;
        this.random = random;
        tally = new Tally(load.mix().operations());
        templates = load.templates();
        keys = KeyDistribution.parse(load.distribution(), load.keys());
        int longest = 0;
        for (Operation operation : load.mix().operations()) {
            longest = Math.max(longest, templates[operation.ordinal()].bytesMax());
        }
        requestBytesMax = longest;
        selector = Selector.open();
    }

    @Override
    public Tally tally() {
        return tally;
    }

    /** Takes over a connection, in non-blocking mode; before the thread starts. */
    void add(SocketChannel channel) throws IOException {
        LoadConnection connection = new LoadConnection(
                this, connections.size(), channel, load.protocol().newReader(), load.window(), requestBytesMax);
        connection.register(channel.register(selector, SelectionKey.OP_READ, connection));
        connections.add(connection);
        open++;
    }

    @Override
    public void schedule(long startNanos) {
        schedule.begin(startNanos);
        progressNanos = startNanos;
        tally.answered(schedule.countNanos());
    }

    @Override
    public void run() {
        try {
            if (!isOpenLoop()) {
                for (LoadConnection connection : connections) {
                    fill(connection, System.nanoTime());
                }
            }
            while (open > 0 && !isDone()) {
                turn();
            }
        } catch (IOException e) {
            tally.lose("the selector failed: " + e);
        }
    }

    private void turn() throws IOException {
        long rest = isOpenLoop() ? offerDue() : Long.MAX_VALUE;
        int ready;
        if (rest >= SELECT_NANOS_MIN) {
            long millis = Math.min(SELECT_MILLIS, TimeUnit.NANOSECONDS.toMillis(rest) - 1);
            ready = selector.select(this::onReady, millis);
        } else {
            ready = selector.selectNow(this::onReady);
            if (ready == 0) {
                Thread.yield();
            }
        }
        if (ready == 0 && inFlight > 0 && System.nanoTime() - progressNanos > load.timeoutNanos()) {
            tally.fail(inFlight, "no answer for " + TimeUnit.NANOSECONDS.toSeconds(load.timeoutNanos()) + " s");
            open = 0;
        }
    }

    private boolean isDone() {
        return inFlight == 0 && !schedule.mayGoOn(System.nanoTime());
    }

    private void onReady(SelectionKey key) {
        LoadConnection connection = (LoadConnection) key.attachment();
        int before = connection.inFlight();
        try {
            connection.onReady(in, bytes);
            inFlight += connection.inFlight() - before;
        } catch (IOException e) {
            lose(connection, e);
            inFlight -= before;
        }
    }

    private void fill(LoadConnection connection, long now) {
        int before = connection.inFlight();
        try {
            connection.fill(now);
            inFlight += connection.inFlight() - before;
        } catch (IOException e) {
            lose(connection, e);
            inFlight -= before;
        }
    }

    private void lose(LoadConnection connection, IOException reason) {
        connections.set(connection.index(), null);
        open--;
        tally.lose(reason.getMessage());
        tally.fail(connection.inFlight(), reason.getMessage());
        try {
            connection.close();
        } catch (IOException e) {
            tally.fail(0, e.getMessage());
        }
    }

    /** Sends the requests that are due. Returns how long it is until the next one is. */
    private long offerDue() {
        long now = System.nanoTime();
        if (!schedule.mayGoOn(now)) {
            return Long.MAX_VALUE;
        }
        while (schedule.dueNanos(nextDue) <= now && schedule.mayStart(schedule.dueNanos(nextDue))) {
            LoadConnection connection = connections.get((int) (nextDue++ % connections.size()));
            if (connection == null) {
                tally.fail(1, null);
            } else {
                connection.addDue();
                fill(connection, now);
            }
        }
        return schedule.dueNanos(nextDue) - now;
    }

    // What connections ask.

    boolean isOpenLoop() {
        return load.isOpenLoop();
    }

    /** Returns when a connection's request of a number, counted from 0, is due. */
    long dueNanos(int connection, long number) {
        return schedule.dueNanos(number * connections.size() + connection);
    }

    /** Says whether another request may be sent, and counts it. */
    boolean mayStart(long now) {
        return schedule.mayStart(now);
    }

    /** Writes a request. Returns its operation's ordinal. */
    int put(ByteBuffer out) {
        int operation = load.mix().draw(random).ordinal();
        RequestTemplate template = templates[operation];
        template.put(template.hasKey() ? keys.draw(random) : 0, out);
        return operation;
    }

    void answered(int operation, long start, long now, ResponseReader reader) {
        progressNanos = now;
        if (start < schedule.countNanos()) {
            if (reader.isError()) {
                tally.fail(0, reader.errorText());
            }
            return;
        }
        if (reader.isError()) {
            tally.fail(1, reader.errorText());
        }
        tally.record(operation, now - start);
        tally.answered(now);
    }

    @Override
    public void close() throws IOException {
        for (LoadConnection connection : connections) {
            if (connection != null) {
                connection.close();
            }
        }
        selector.close();
    }
}
