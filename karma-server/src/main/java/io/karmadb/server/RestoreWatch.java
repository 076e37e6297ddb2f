package io.karmadb.server;

import io.karmadb.ReadProgress;
import io.karmadb.server.check.ProgressLine;
import java.util.Locale;

/** Keeps how far a restore has got, and shows it on a terminal. Safe for any number of threads. */
final class RestoreWatch implements ReadProgress {
    private static final double MEGABYTE = 1e6;

    private final ProgressLine line;
    private volatile String said = "nothing read yet";
    private long saidPercent = -1;

    /** @param line the terminal's, or null if nobody looks at one */
    RestoreWatch(ProgressLine line) {
        this.line = line;
    }

    @Override
    public synchronized void read(long bytes, long ofBytes) {
        long percent = ofBytes == 0 ? 100 : (long) (100.0 * bytes / ofBytes);
        if (percent != saidPercent) {
            saidPercent = percent;
            said = String.format(Locale.ROOT, "%d %% of about %.1f MB read", percent, ofBytes / MEGABYTE);
        }
        if (line != null) {
            line.read(bytes, ofBytes);
        }
    }

    /** Returns in a few words how far it has got. */
    String said() {
        return said;
    }

    /** Takes the line on the terminal away. */
    void end() {
        if (line != null) {
            line.clear();
        }
    }
}
