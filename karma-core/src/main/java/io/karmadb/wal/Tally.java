package io.karmadb.wal;

import io.karmadb.Distribution;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts values by size. One thread at a time adds, any thread reads; neither waits for the other. */
final class Tally {
    /** The counts of the buckets, then the sum. */
    private final AtomicLongArray cells = new AtomicLongArray(Distribution.BUCKETS + 1);

    void add(long value) {
        add(Distribution.BUCKETS, value);
        add(Distribution.bucketOf(value), 1);
    }

    private void add(int cell, long amount) {
        cells.setRelease(cell, cells.getPlain(cell) + amount);
    }

    Distribution distribution() {
        long[] counts = new long[Distribution.BUCKETS];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = cells.getAcquire(i);
        }
        return Distribution.of(counts, cells.getAcquire(Distribution.BUCKETS));
    }
}
