package io.karmadb.server.transfer;

import io.karmadb.server.terminal.StatusLine;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Shows on one line of a terminal how far a transfer has got, once it takes longer than a moment; nothing elsewhere. */
final class ProgressBar {
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int BAR_WIDTH = 24;

    /** Rows between two looks at the clock, a power of two. */
    private static final long ROWS_PER_LOOK = 1024;

    private final StatusLine line;
    private String what = "";
    private long startRows;

    /**
     * Makes a bar.
     *
     * @param terminal where, or null for nowhere
     */
    ProgressBar(PrintStream terminal, LongSupplier nanoTime) {
        line = new StatusLine(terminal, nanoTime, FIRST_NANOS);
    }

    /**
     * Begins a part.
     *
     * @param part what is being done
     * @param rows how many rows there are already
     */
    void begin(String part, long rows) {
        line.restart();
        what = part;
        startRows = rows;
    }

    /** Shows how far it has got after a row, if it is time. */
    void row(long rows, long done, long of) {
        if ((rows & ROWS_PER_LOOK - 1) == 0) {
            show(rows, done, of);
        }
    }

    /**
     * Shows how far it has got, if it is time.
     *
     * @param rows how many rows
     * @param done how much of it
     * @param of how much there is, 0 if nobody knows
     */
    void show(long rows, long done, long of) {
        if (line.isDue()) {
            line.show(text(rows, done, of, line.nanos()));
        }
    }

    private String text(long rows, long done, long of, long nanos) {
        StringBuilder text = new StringBuilder(what);
        if (of > 0) {
            double part = Math.min(1.0, (double) done / of);
            int full = (int) (part * BAR_WIDTH);
            text.append(" [")
                    .append("#".repeat(full))
                    .append(".".repeat(BAR_WIDTH - full))
                    .append(String.format(Locale.ROOT, "] %3d %%", (int) (part * 100)));
        }
        if (rows > 0) {
            double seconds = nanos / (double) TimeUnit.SECONDS.toNanos(1);
            text.append(String.format(Locale.ROOT, "  %,d rows, %,.0f/s", rows, (rows - startRows) / seconds));
        }
        return text.toString();
    }

    /** Takes the line away. */
    void clear() {
        line.clear();
    }
}
