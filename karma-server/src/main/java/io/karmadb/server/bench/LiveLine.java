package io.karmadb.server.bench;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** The line on a terminal that says how a run is going; nothing elsewhere. */
final class LiveLine {
    private static final String ERASE = "\r\033[K";

    private final PrintStream terminal;

    /**
     * Makes a line.
     *
     * @param terminal where, or null for nowhere
     */
    LiveLine(PrintStream terminal) {
        this.terminal = terminal;
    }

    /** Shows what happened since the last time. */
    void show(long nanos, long intervalNanos, Histogram interval, long errors) {
        if (terminal == null) {
            return;
        }
        double seconds = intervalNanos / (double) TimeUnit.SECONDS.toNanos(1);
        terminal.printf(
                Locale.ROOT,
                ERASE + "%d s  %,.0f requests/s  p50 %.3f ms  p99 %.3f ms  max %.3f ms  errors %d",
                TimeUnit.NANOSECONDS.toSeconds(nanos),
                interval.getTotalCount() / seconds,
                LoadReport.millis(interval.getValueAtPercentile(50)),
                LoadReport.millis(interval.getValueAtPercentile(99)),
                LoadReport.millis(interval.getMaxValue()),
                errors);
        terminal.flush();
    }

    void clear() {
        if (terminal != null) {
            terminal.print(ERASE);
            terminal.flush();
        }
    }
}
