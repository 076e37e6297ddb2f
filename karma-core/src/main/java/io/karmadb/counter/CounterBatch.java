package io.karmadb.counter;

import java.util.Arrays;

/**
 * Copies of some hundred counters of one branch, made under its lock and read without it; made to be reused. Not safe
 * for several threads at once.
 */
public final class CounterBatch {
    private long[] keys = new long[0];
    private long[] totals = new long[0];
    private int[] bucketEnds = new int[0];
    private int size;
    private long lsn;
    private final BucketBuffer buckets = new BucketBuffer();

    /** Makes an empty batch. */
    public CounterBatch() {}

    void clear(int capacity) {
        if (keys.length < capacity) {
            keys = new long[capacity];
            totals = new long[capacity];
            bucketEnds = new int[capacity];
        }
        size = 0;
        lsn = 0;
        buckets.clear();
    }

    /** Returns where the buckets of the next counter go; {@link #add} follows. */
    BucketBuffer bucketsToFill() {
        return buckets;
    }

    void add(long key, long total) {
        keys[size] = key;
        totals[size] = total;
        bucketEnds[size++] = buckets.size();
    }

    void setLsn(long branchLsn) {
        lsn = branchLsn;
    }

    /**
     * Returns the number of counters.
     *
     * @return 0 or more
     */
    public int size() {
        return size;
    }

    /**
     * Returns a counter's key.
     *
     * @param index 0 to {@code size() - 1}
     * @return the unsigned key
     */
    public long key(int index) {
        return keys[index];
    }

    /**
     * Returns a counter's total: of all its buckets, whatever the range that was copied.
     *
     * @param index 0 to {@code size() - 1}
     * @return the unsigned total
     */
    public long total(int index) {
        return totals[index];
    }

    /**
     * Returns the index of a counter's first bucket in {@link #buckets}.
     *
     * @param index 0 to {@code size() - 1}
     * @return an index
     */
    public int firstBucket(int index) {
        return index == 0 ? 0 : bucketEnds[index - 1];
    }

    /**
     * Returns the index after a counter's last bucket in {@link #buckets}.
     *
     * @param index 0 to {@code size() - 1}
     * @return an index
     */
    public int endBucket(int index) {
        return bucketEnds[index];
    }

    /**
     * Returns the buckets of all counters, one counter's after the other's, each ascending.
     *
     * @return a view, valid until the batch is used again
     */
    public BucketBuffer buckets() {
        return buckets;
    }

    /**
     * Returns the LSN of the branch's last command when the copies were made.
     *
     * @return an LSN, 0 if there was none
     */
    public long lsn() {
        return lsn;
    }

    @Override
    public String toString() {
        return "CounterBatch" + Arrays.toString(Arrays.copyOf(keys, size));
    }
}
