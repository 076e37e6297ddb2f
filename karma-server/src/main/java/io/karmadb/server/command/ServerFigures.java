package io.karmadb.server.command;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** Counts commands, errors and latencies, of clients only. Safe for any number of threads. */
public final class ServerFigures {
    private static final double NANOS_PER_MILLI = 1e6;

    private final long startNanos = System.nanoTime();
    private final LongAdder commands = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder timed = new LongAdder();
    private final LongAdder timedNanos = new LongAdder();
    private volatile long lastNanos;
    private final List<LoopFigures> loops = new CopyOnWriteArrayList<>();

    /** Starts at zero. */
    public ServerFigures() {}

    /**
     * Counts answered requests.
     *
     * @param requests how many
     * @param failed how many of them failed
     */
    public void count(int requests, int failed) {
        commands.add(requests);
        if (failed > 0) {
            errors.add(failed);
        }
    }

    /**
     * Adds the latency of requests that were answered together.
     *
     * @param requests how many
     * @param nanos from the first one's execution to the handing over of their answers
     */
    public void latency(int requests, long nanos) {
        timed.add(requests);
        timedNanos.add(requests * nanos);
        lastNanos = nanos;
    }

    /**
     * Makes the figures of another event loop, which are part of the totals from now on.
     *
     * @return new figures, all zero
     */
    public LoopFigures newLoop() {
        LoopFigures loop = new LoopFigures();
        loops.add(loop);
        return loop;
    }

    /**
     * Returns what all event loops have answered.
     *
     * @return a sum of this moment
     */
    public RequestTotals totals() {
        RequestTotals totals = new RequestTotals();
        loops.forEach(loop -> loop.addTo(totals));
        return totals;
    }

    /**
     * Returns how long the server has been running.
     *
     * @return full seconds
     */
    public long uptimeSeconds() {
        return (System.nanoTime() - startNanos) / 1_000_000_000;
    }

    long commands() {
        return commands.sum();
    }

    long errors() {
        return errors.sum();
    }

    double latencyMillisAverage() {
        long count = timed.sum();
        return count == 0 ? 0 : timedNanos.sum() / NANOS_PER_MILLI / count;
    }

    double latencyMillisLast() {
        return lastNanos / NANOS_PER_MILLI;
    }
}
