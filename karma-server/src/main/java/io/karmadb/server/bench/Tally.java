package io.karmadb.server.bench;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** What one worker has seen. The worker writes, one other thread reads. */
final class Tally {
    static final long NANOS_MAX = TimeUnit.HOURS.toNanos(1);
    static final int DIGITS = 3;

    private final SingleWriterRecorder[] recorders = new SingleWriterRecorder[Operation.values().length];
    private final Map<Operation, Histogram> intervals = new EnumMap<>(Operation.class);
    private volatile long errors;
    private volatile int lost;
    private volatile String firstError;
    private volatile long lastAnswerNanos;

    Tally(List<Operation> operations) {
        for (Operation operation : operations) {
            recorders[operation.ordinal()] = new SingleWriterRecorder(NANOS_MAX, DIGITS);
        }
    }

    void record(int operation, long nanos) {
        recorders[operation].recordValue(Math.max(0, Math.min(nanos, NANOS_MAX)));
    }

    /** Counts requests that were answered by an error or not at all; always of the worker's thread. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    void fail(long requests, String error) {
        errors += requests;
        if (firstError == null) {
            firstError = error;
        }
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    void lose(String reason) {
        lost++;
        fail(0, reason);
    }

    void answered(long nowNanos) {
        lastAnswerNanos = nowNanos;
    }

    long errors() {
        return errors;
    }

    int lost() {
        return lost;
    }

    String firstError() {
        return firstError;
    }

    /** Returns when the last answer came that counts. */
    long lastAnswerNanos() {
        return lastAnswerNanos;
    }

    /** Adds what was recorded since the last call. */
    void drain(Map<Operation, Histogram> totals, Histogram interval) {
        totals.forEach((operation, total) -> {
            Histogram recorded = recorders[operation.ordinal()].getIntervalHistogram(intervals.get(operation));
            intervals.put(operation, recorded);
            total.add(recorded);
            interval.add(recorded);
        });
    }
}
