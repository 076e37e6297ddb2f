package io.karmadb.server.command;

import io.karmadb.server.protocol.Command;
import io.karmadb.server.protocol.ErrorCode;
import java.util.Arrays;

/**
 * Counts the answers that are sent together, by command and outcome, until they are handed over to the figures of their
 * event loop. Reused; for one event loop. Counting costs two writes to memory, and allocates nothing.
 */
public final class AnswerCounts {
    /** The kinds of requests: a command each, and those that are none. */
    static final int KINDS = Command.values().length + 1;

    /** The kind of a line that names no command. */
    static final int NO_COMMAND = KINDS - 1;

    /** The outcomes: success, and the error codes after it. */
    static final int OUTCOMES = ErrorCode.values().length + 1;

    private static final int SUCCESS = 0;

    static {
        assert KINDS <= Long.SIZE;
    }

    /** More than 64 KiB of answers are never together, so that a count fits. */
    private final short[] counts = new short[KINDS * OUTCOMES];

    /** A bit for each kind that has been counted. */
    private long kinds;

    private int requests;

    /** Starts with no answers. */
    public AnswerCounts() {}

    /**
     * Counts an answer.
     *
     * @param command what was asked, or null for a line that names no command
     * @param error how it failed, or null if it did not
     */
    public void add(Command command, ErrorCode error) {
        int kind = command == null ? NO_COMMAND : command.ordinal();
        counts[kind * OUTCOMES + (error == null ? SUCCESS : error.ordinal() + 1)]++;
        kinds |= 1L << kind;
        requests++;
    }

    /**
     * Counts an answer that has been counted as a success as an error instead.
     *
     * @param command what was asked
     * @param error how it failed
     */
    public void becomesError(Command command, ErrorCode error) {
        counts[command.ordinal() * OUTCOMES + SUCCESS]--;
        requests--;
        add(command, error);
    }

    /**
     * Returns how many answers were counted.
     *
     * @return 0 or more
     */
    public int requests() {
        return requests;
    }

    /**
     * Hands the counts over and starts again.
     *
     * @param figures receives them
     * @param nanos what each of the requests took
     */
    public void moveTo(LoopFigures figures, long nanos) {
        int bucket = LatencyScale.bucketOf(nanos);
        for (long left = kinds; left != 0; left &= left - 1) {
            int kind = Long.numberOfTrailingZeros(left);
            long answered = 0;
            for (int outcome = 0; outcome < OUTCOMES; outcome++) {
                int cell = kind * OUTCOMES + outcome;
                if (counts[cell] != 0) {
                    answered += counts[cell];
                    figures.answered(cell, counts[cell]);
                    counts[cell] = 0;
                }
            }
            figures.latency(kind, bucket, answered, nanos);
        }
        kinds = 0;
        requests = 0;
    }

    /** Forgets the counts. */
    public void clear() {
        for (long left = kinds; left != 0; left &= left - 1) {
            int kind = Long.numberOfTrailingZeros(left);
            Arrays.fill(counts, kind * OUTCOMES, (kind + 1) * OUTCOMES, (short) 0);
        }
        kinds = 0;
        requests = 0;
    }
}
