package io.karmadb.server.terminal;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One line of a terminal that is written over now and then: not before something has taken a while, and not more often
 * than eyes can follow. Callers see to it that one thread uses it at a time.
 */
public final class StatusLine {
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final PrintStream terminal;
    private final LongSupplier nanoTime;
    private final long firstNanos;
    private long start;
    private long shown;
    private int width;

    /**
     * Makes it; nothing is shown yet.
     *
     * @param terminal where to show it; null for nowhere
     * @param nanoTime as {@link System#nanoTime}
     * @param firstNanos how long nothing is shown
     */
    public StatusLine(PrintStream terminal, LongSupplier nanoTime, long firstNanos) {
        this.terminal = terminal;
        this.nanoTime = nanoTime;
        this.firstNanos = firstNanos;
        restart();
    }

    /** Takes the line away, and begins again. */
    public void restart() {
        clear();
        start = nanoTime.getAsLong();
        shown = start;
    }

    /**
     * Says whether it is time to show something; if so it is not for a moment.
     *
     * @return whether {@link #show} is to be called
     */
    public boolean isDue() {
        if (terminal == null) {
            return false;
        }
        long now = nanoTime.getAsLong();
        if (now - start < firstNanos || now - shown < EVERY_NANOS) {
            return false;
        }
        shown = now;
        return true;
    }

    /**
     * Returns how long it was from the start to the last time that something was due.
     *
     * @return nanoseconds
     */
    public long nanos() {
        return shown - start;
    }

    /**
     * Shows a text in place of the last one.
     *
     * @param text one line, without its end
     */
    public void show(String text) {
        terminal.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
        terminal.flush();
        width = Math.max(width, text.length());
    }

    /** Takes the line away. */
    public void clear() {
        if (width > 0) {
            terminal.print("\r" + " ".repeat(width) + "\r");
            terminal.flush();
            width = 0;
        }
    }
}
