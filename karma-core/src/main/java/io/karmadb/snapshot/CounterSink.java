package io.karmadb.snapshot;

import io.karmadb.counter.BucketBuffer;

/** Takes the counters of a snapshot, one by one while it is read. */
interface CounterSink {
    /**
     * Says that the counters of another branch of the file follow; a key can come twice only within one.
     *
     * @param keys how many, 0 to {@link KeySet#KEYS_MAX}
     */
    void startBranch(int keys);

    /**
     * Takes a counter.
     *
     * @param key the unsigned key
     * @param buckets its buckets, ascending, valid until the method returns; their sum fits in 64 bits
     * @return false if the key has come before: the file is corrupt then
     */
    boolean accept(long key, BucketBuffer buckets);
}
