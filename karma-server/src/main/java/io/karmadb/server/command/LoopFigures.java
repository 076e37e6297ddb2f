package io.karmadb.server.command;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What the connections of one event loop have been answered since the start. That loop's thread adds, any thread reads;
 * neither waits for the other.
 */
public final class LoopFigures {
    private final AtomicLongArray answers = new AtomicLongArray(AnswerCounts.KINDS * AnswerCounts.OUTCOMES);
    private final AtomicLongArray latencies = new AtomicLongArray(AnswerCounts.KINDS * LatencyScale.BUCKETS);
    private final AtomicLongArray nanos = new AtomicLongArray(AnswerCounts.KINDS);

    LoopFigures() {}

    void answered(int cell, long requests) {
        add(answers, cell, requests);
    }

    void latency(int kind, int bucket, long requests, long nanosEach) {
        add(latencies, kind * LatencyScale.BUCKETS + bucket, requests);
        add(nanos, kind, requests * nanosEach);
    }

    /** Without a locked instruction, since nobody else writes. */
    private static void add(AtomicLongArray cells, int cell, long amount) {
        cells.setRelease(cell, cells.getPlain(cell) + amount);
    }

    void addTo(RequestTotals totals) {
        totals.add(answers, latencies, nanos);
    }
}
