package io.karmadb.wal;

import java.util.Arrays;

/**
 * Lines that have been accepted and not been encoded yet, in the order of their LSNs. A line is two numbers here, so that
 * accepting one is quick: what it has in common with the lines before it, its body and the second number, which mostly is a
 * day, is noted once for a run of them. Made once; nothing is allocated after that.
 *
 * <p><b>Threads:</b> one at a time. How many lines and runs there are is counted by who adds them, together with what else
 * changes with each line: a cache line less that goes from one processor to the other.
 */
final class PendingLines {
    /** The first and the third number of each line. */
    private final long[] numbers;

    // What the lines of a run have in common, and the index of its first line.
    private final LineTemplate[] bodies;
    private final long[] seconds;
    private final int[] starts;

    private int size;
    private int runs;

    /**
     * Makes room.
     *
     * @param lines the most there can be
     */
    PendingLines(int lines) {
        numbers = new long[2 * lines];
        bodies = new LineTemplate[lines];
        seconds = new long[lines];
        starts = new int[lines];
    }

    /**
     * Adds a line; there is room.
     *
     * @param line how many lines have been added so far
     * @param runsSoFar how many runs they make
     * @return how many runs there are then
     */
    int add(int line, int runsSoFar, LineTemplate body, long first, long second, long third) {
        int last = runsSoFar - 1;
        numbers[2 * line] = first;
        numbers[2 * line + 1] = third;
        return last >= 0 && bodies[last] == body && seconds[last] == second
                ? runsSoFar
                : beginRun(line, runsSoFar, body, second);
    }

    private int beginRun(int line, int run, LineTemplate body, long second) {
        bodies[run] = body;
        seconds[run] = second;
        starts[run] = line;
        return run + 1;
    }

    /** Notes how many lines and runs have been added: all that will be, until {@link #clear}. */
    void end(int lines, int runsOfThem) {
        size = lines;
        runs = runsOfThem;
    }

    int size() {
        return size;
    }

    /**
     * Says which run a line belongs to.
     *
     * @param line the index of the line
     * @param run the run of the line before it, 0 for the first
     * @return the run of that line
     */
    int runOf(int line, int run) {
        return run + 1 < runs && starts[run + 1] == line ? run + 1 : run;
    }

    /**
     * Encodes a line.
     *
     * @param line its index
     * @param run what {@link #runOf} says of it
     * @param synced the LSN to put on it as {@code synced}, or 0 for none
     * @return where it ends
     */
    int encode(int line, int run, LineEncoder encoder, byte[] into, int at, long synced) {
        return encoder.encode(into, at, bodies[run], numbers[2 * line], seconds[run], numbers[2 * line + 1], synced);
    }

    /** Forgets all lines, and their bodies, which hold the names of trees. */
    void clear() {
        Arrays.fill(bodies, 0, runs, null);
        end(0, 0);
    }
}
