package io.karmadb.wal;

import java.util.concurrent.TimeUnit;

/**
 * Sizes and times of a log.
 *
 * @param bufferBytes the room in each of the two buffers, see {@link LineTemplate#roomBytes}; at least the longest line's
 * @param forceNanos how long written lines may stay unforced with {@code WRITE}
 * @param paceNanos how long lines are gathered with {@code BUFFERED}
 * @param ballastNanos the pause between attempts to make the ballast again
 * @param spaceNanos the pause between attempts to write when there is no space even without the ballast
 * @param reserveBytes how many zero bytes are written ahead of small groups
 */
record LogSettings(
        int bufferBytes, long forceNanos, long paceNanos, long ballastNanos, long spaceNanos, int reserveBytes) {
    /** A group of this part of the reserve, or less, is a small one. */
    private static final int GROUPS_PER_RESERVE = 16;

    static final LogSettings DEFAULT = new LogSettings(
            6 * 1024 * 1024,
            TimeUnit.SECONDS.toNanos(1),
            TimeUnit.MILLISECONDS.toNanos(3),
            TimeUnit.SECONDS.toNanos(1),
            TimeUnit.MILLISECONDS.toNanos(100),
            256 * 1024);

    static final LogSettings SMALL = new LogSettings(
            LineFormat.WRITTEN_LINE_BYTES_MAX,
            DEFAULT.forceNanos,
            DEFAULT.paceNanos,
            DEFAULT.ballastNanos,
            DEFAULT.spaceNanos,
            4 * 1024);

    LogSettings {
        if (bufferBytes < LineFormat.WRITTEN_LINE_BYTES_MAX) {
            throw new IllegalArgumentException("a buffer holds at least one line: bufferBytes=" + bufferBytes
                    + ", line=" + LineFormat.WRITTEN_LINE_BYTES_MAX);
        }
    }

    LogSettings withBufferBytes(int bytes) {
        return new LogSettings(bytes, forceNanos, paceNanos, ballastNanos, spaceNanos, reserveBytes);
    }

    /** Says whether groups of a size are so small that it is worth writing zeros ahead of them. */
    boolean areSmall(long groupBytes) {
        return groupBytes <= reserveBytes / GROUPS_PER_RESERVE;
    }

    /** The size of the ballast: what can be accepted and not yet written, and a line to be cautious. */
    long ballastBytes() {
        return 2L * bufferBytes + LineFormat.WRITTEN_LINE_BYTES_MAX;
    }
}
