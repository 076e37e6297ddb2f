package io.karmadb.wal;

import io.karmadb.LogActivity;

/** Counts what the log does. Noted by whoever holds the flusher's round, read by any thread. */
final class LogTally {
    private final Tally writeNanos = new Tally();
    private final Tally writeLines = new Tally();
    private final Tally forceNanos = new Tally();
    private volatile long writtenBytes;

    /** A round's lines have been handed to the operating system. */
    void wrote(long nanos, long lines, long bytes) {
        writeNanos.add(nanos);
        writeLines.add(lines);
        writtenBytes += bytes;
    }

    /** The file has been forced. */
    void forced(long nanos) {
        forceNanos.add(nanos);
    }

    LogActivity activity(int segments) {
        return new LogActivity(
                writeNanos.distribution(),
                writeLines.distribution(),
                forceNanos.distribution(),
                writtenBytes,
                segments);
    }
}
