package io.karmadb.snapshot;

import io.karmadb.counter.BucketBuffer;

/** Takes the counters of a snapshot, one by one while it is read. For one thread. */
interface CounterSink extends AutoCloseable {
    /**
     * Says that the counters of another branch of the file follow; a key can come twice only within one.
     *
     * @param index which of the file's branches it is, from 0 on
     * @param branches how many there are, 1 to {@link SnapshotDecoder#BRANCHES_MAX}
     * @param keys how many it has, 0 to {@link KeySet#KEYS_MAX}
     */
    void startBranch(int index, int branches, int keys);

    /**
     * Takes a counter.
     *
     * @param key the unsigned key
     * @param offset where in the file it begins
     * @param buckets its buckets, ascending, valid until the method returns; their sum fits in 64 bits
     * @return a key that has come before, this one or one of the last: the file is corrupt then; null if there is none
     */
    RepeatedKey accept(long key, long offset, BucketBuffer buckets);

    /**
     * Says that all counters have come.
     *
     * @return as {@link #accept}
     */
    RepeatedKey finish();

    /** Ends what is under way; to be called in any case, and before what has been taken is thrown away. */
    @Override
    void close();
}
