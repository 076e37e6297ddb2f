package io.karmadb.engine;

import io.karmadb.ReadProgress;

/** Adds up what has been read. Safe for any number of threads. */
final class ReadingProgress {
    private final ReadProgress listener;
    private long bytes;
    private long ofBytes;

    ReadingProgress(ReadProgress listener) {
        this.listener = listener;
    }

    /** Says how much there is to read in all. */
    synchronized void expect(long all) {
        ofBytes = all;
    }

    synchronized void read(long more) {
        bytes += more;
        listener.read(Math.min(bytes, ofBytes), ofBytes);
    }
}
