package io.karmadb.server.check;

import io.karmadb.ReadProgress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Shows on one line of a terminal how far the reading of a directory has got, once it takes longer than a second. */
public final class ProgressLine implements ReadProgress {
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final double MEGABYTE = 1e6;

    private final PrintStream terminal;
    private final LongSupplier nanoTime;
    private final long start;
    private long shown;
    private int width;

    /**
     * Makes it; nothing is shown yet.
     *
     * @param terminal where to show it
     * @param nanoTime as {@link System#nanoTime}
     */
    public ProgressLine(PrintStream terminal, LongSupplier nanoTime) {
        this.terminal = terminal;
        this.nanoTime = nanoTime;
        start = nanoTime.getAsLong();
        shown = start;
    }

    @Override
    public synchronized void read(long bytes, long ofBytes) {
        long now = nanoTime.getAsLong();
        if (now - start < FIRST_NANOS || now - shown < EVERY_NANOS) {
            return;
        }
        shown = now;
        long percent = ofBytes == 0 ? 100 : (long) (100.0 * bytes / ofBytes);
        String text = String.format(
                Locale.ROOT,
                "karma: read %.1f of about %.1f MB (%d %%)",
                bytes / MEGABYTE,
                ofBytes / MEGABYTE,
                percent);
        terminal.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
        terminal.flush();
        width = Math.max(width, text.length());
    }

    /** Takes the line away. */
    public synchronized void clear() {
        if (width > 0) {
            terminal.print("\r" + " ".repeat(width) + "\r");
            terminal.flush();
            width = 0;
        }
    }
}
