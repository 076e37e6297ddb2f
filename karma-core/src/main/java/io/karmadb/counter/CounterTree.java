package io.karmadb.counter;

import io.karmadb.HistoryKind;

/** The counters of one tree in memory. */
public final class CounterTree implements AutoCloseable {
    private CounterTree() {}

    /**
     * Makes an empty tree.
     *
     * @param history where older buckets are kept
     * @return a new tree, to be closed
     */
    public static CounterTree create(HistoryKind history) {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the number of branches; key {@code k} lies in branch {@code k mod branches}, unsigned.
     *
     * @return a prime number
     */
    public int branchCount() {
        throw new UnsupportedOperationException();
    }

    /**
     * Copies the keys of a branch.
     *
     * @param branch 0 to {@code branchCount() - 1}
     * @return its keys at this moment, in no particular order
     */
    public long[] keys(int branch) {
        throw new UnsupportedOperationException();
    }

    /**
     * Copies counters of a branch at one moment.
     *
     * @param branch 0 to {@code branchCount() - 1}
     * @param keys keys of that branch, which exist
     * @param from the first of them to copy
     * @param to the one after the last to copy
     * @param firstDay the first day whose buckets are copied, 0 or more
     * @param lastDay the last day whose buckets are copied
     * @param into receives the copies
     */
    public void copy(int branch, long[] keys, int from, int to, int firstDay, int lastDay, CounterBatch into) {
        throw new UnsupportedOperationException();
    }

    /**
     * Adds a counter with its buckets, as read from a snapshot.
     *
     * @param key the unsigned key, not in the tree yet
     * @param buckets its buckets, ascending
     */
    public void restore(long key, BucketBuffer buckets) {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the number of keys.
     *
     * @return 0 or more
     */
    public long keyCount() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
