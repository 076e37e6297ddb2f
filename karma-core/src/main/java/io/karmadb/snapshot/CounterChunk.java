package io.karmadb.snapshot;

import io.karmadb.counter.BucketBuffer;
import io.karmadb.counter.CounterTree;

/** Some counters as they came from a file, to be put into a tree together. Not for several threads at once. */
final class CounterChunk {
    private static final int COUNTERS_MAX = 1024;

    /** Full from here on, too: a key may have many. */
    private static final int BUCKETS_ENOUGH = 64 * 1024;

    private final long[] keys = new long[COUNTERS_MAX];
    private final long[] offsets = new long[COUNTERS_MAX];

    /** Where the buckets of each counter end. */
    private final int[] ends = new int[COUNTERS_MAX];

    private final BucketBuffer buckets = new BucketBuffer();
    private final BucketBuffer ofOne = new BucketBuffer();
    private int size;

    /** Says whether there is no room for another counter. */
    boolean isFull() {
        return size == COUNTERS_MAX || buckets.size() >= BUCKETS_ENOUGH;
    }

    /** Adds a counter, for which there must be room. */
    void add(long key, long offset, BucketBuffer counts) {
        for (int i = 0; i < counts.size(); i++) {
            buckets.add(counts.day(i), counts.count(i));
        }
        keys[size] = key;
        offsets[size] = offset;
        ends[size++] = buckets.size();
    }

    /**
     * Puts the counters into a tree, and empties the chunk.
     *
     * @return a key that the tree has already, at which it stopped; or null
     */
    RepeatedKey restoreInto(CounterTree tree) {
        RepeatedKey repeated = null;
        for (int i = 0; i < size && repeated == null; i++) {
            ofOne.clear();
            for (int j = i == 0 ? 0 : ends[i - 1]; j < ends[i]; j++) {
                ofOne.add(buckets.day(j), buckets.count(j));
            }
            if (!tree.restore(keys[i], ofOne)) {
                repeated = new RepeatedKey(keys[i], offsets[i]);
            }
        }
        size = 0;
        buckets.clear();
        return repeated;
    }
}
