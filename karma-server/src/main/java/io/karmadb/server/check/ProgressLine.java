package io.karmadb.server.check;

import io.karmadb.ReadProgress;
import io.karmadb.server.terminal.StatusLine;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Shows on one line of a terminal how far the reading of a directory has got, once it takes longer than a second. */
public final class ProgressLine implements ReadProgress {
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final double MEGABYTE = 1e6;

    private final StatusLine line;

    /**
     * Makes it; nothing is shown yet.
     *
     * @param terminal where to show it
     * @param nanoTime as {@link System#nanoTime}
     */
    public ProgressLine(PrintStream terminal, LongSupplier nanoTime) {
        line = new StatusLine(terminal, nanoTime, FIRST_NANOS);
    }

    @Override
    public synchronized void read(long bytes, long ofBytes) {
        if (line.isDue()) {
            long percent = ofBytes == 0 ? 100 : (long) (100.0 * bytes / ofBytes);
            line.show(String.format(
                    Locale.ROOT,
                    "karma: read %.1f of about %.1f MB (%d %%)",
                    bytes / MEGABYTE,
                    ofBytes / MEGABYTE,
                    percent));
        }
    }

    /** Takes the line away. */
    public synchronized void clear() {
        line.clear();
    }
}
