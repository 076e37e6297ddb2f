package io.karmadb.engine;

import io.karmadb.logging.Loggers;
import io.karmadb.wal.LineHandler;
import io.karmadb.wal.LogLine;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** Says now and then how far a long restore has got. Not for several threads at once. */
final class RestoreProgress {
    private static final Logger LOG = Loggers.of(RestoreProgress.class);
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** The clock is looked at once in so many lines. */
    private static final int LINES_MASK = (1 << 16) - 1;

    private final LongSupplier nanoClock;
    private final long start;
    private long told;
    private long lines;

    /** @param nanoClock as {@link System#nanoTime} */
    RestoreProgress(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        start = nanoClock.getAsLong();
        told = start;
    }

    /** Notes that some of the snapshots have been read. */
    void snapshots(int read, int all) {
        if (isDue()) {
            LOG.atInfo()
                    .addKeyValue("event", "restore.progress")
                    .addKeyValue("snapshots", read)
                    .addKeyValue("of", all)
                    .addKeyValue("ms", elapsedMillis())
                    .log("Reading snapshots");
        }
    }

    /** Returns a handler that hands lines on and counts them. */
    LineHandler counting(LineHandler handler) {
        return line -> {
            handler.line(line);
            lines++;
            if ((lines & LINES_MASK) == 0 && isDue()) {
                tell(line);
            }
        };
    }

    private void tell(LogLine line) {
        LOG.atInfo()
                .addKeyValue("event", "restore.progress")
                .addKeyValue("lines", lines)
                .addKeyValue("file", line.file())
                .addKeyValue("lsn", line.lsn())
                .addKeyValue("ms", elapsedMillis())
                .log("Replaying the log");
    }

    private boolean isDue() {
        long now = nanoClock.getAsLong();
        if (now - told < EVERY_NANOS) {
            return false;
        }
        told = now;
        return true;
    }

    private long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoClock.getAsLong() - start);
    }
}
