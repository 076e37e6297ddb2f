package io.karmadb.server.command;

import io.karmadb.server.protocol.Command;
import io.karmadb.server.protocol.ErrorCode;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/** What all clients have been answered since the start, at some moment. */
public final class RequestTotals {
    private final long[] answers = new long[AnswerCounts.KINDS * AnswerCounts.OUTCOMES];
    private final long[] latencies = new long[AnswerCounts.KINDS * LatencyScale.BUCKETS];
    private final long[] nanos = new long[AnswerCounts.KINDS];

    RequestTotals() {}

    void add(AtomicLongArray moreAnswers, AtomicLongArray moreLatencies, AtomicLongArray moreNanos) {
        add(answers, moreAnswers);
        add(latencies, moreLatencies);
        add(nanos, moreNanos);
    }

    private static void add(long[] sums, AtomicLongArray more) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += more.getAcquire(i);
        }
    }

    private static int kind(Command command) {
        return command == null ? AnswerCounts.NO_COMMAND : command.ordinal();
    }

    /**
     * Returns how many requests have been answered.
     *
     * @param command which, or null for lines that name no command
     * @param error how they failed, or null for those that did not
     * @return 0 or more
     */
    public long answers(Command command, ErrorCode error) {
        return answers[kind(command) * AnswerCounts.OUTCOMES + (error == null ? 0 : error.ordinal() + 1)];
    }

    /**
     * Returns how often a command took about so long.
     *
     * @param command which, or null for lines that name no command
     * @param bucket a bucket of {@link LatencyScale}
     * @return 0 or more
     */
    public long latencies(Command command, int bucket) {
        return latencies[kind(command) * LatencyScale.BUCKETS + bucket];
    }

    /**
     * Returns how long all requests of a command have taken together.
     *
     * @param command which, or null for lines that name no command
     * @return nanoseconds
     */
    public long nanos(Command command) {
        return nanos[kind(command)];
    }

    /** Returns how many requests have been answered. */
    long requests() {
        return Arrays.stream(answers).sum();
    }

    /** Returns how many of them failed. */
    long errors() {
        long succeeded = 0;
        for (int kind = 0; kind < AnswerCounts.KINDS; kind++) {
            succeeded += answers[kind * AnswerCounts.OUTCOMES];
        }
        return requests() - succeeded;
    }

    /** Returns how long all of them have taken together. */
    long nanos() {
        return Arrays.stream(nanos).sum();
    }
}
