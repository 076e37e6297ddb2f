package io.karmadb.server.command;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Counts commands, errors and latencies, of clients only. Safe for any number of threads. */
public final class ServerFigures {
    private static final double NANOS_PER_MILLI = 1e6;

    private final long startNanos = System.nanoTime();
    private final AtomicLong lastNanos = new AtomicLong();
    private final List<LoopFigures> loops = new CopyOnWriteArrayList<>();

    /** Starts at zero. */
    public ServerFigures() {}

    /**
     * Notes the latency of requests that were answered together, and counted for their event loop.
     *
     * @param nanos from the first one's execution to the handing over of their answers
     */
    public void answered(long nanos) {
        lastNanos.setRelease(nanos);
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

    /** Returns the average latency of requests, by their totals. */
    static double latencyMillisAverage(RequestTotals totals) {
        long requests = totals.requests();
        return requests == 0 ? 0 : totals.nanos() / NANOS_PER_MILLI / requests;
    }

    double latencyMillisLast() {
        return lastNanos.getAcquire() / NANOS_PER_MILLI;
    }
}
