package io.karmadb.bench;

/** What the store is compared with. */
public enum Peer {
    /** See {@link ChronicleCounters}. */
    CHRONICLE_MAP {
        @Override
        Counters open(int keys, int day) {
            return new ChronicleCounters(keys, day);
        }
    },

    /** See {@link RocksCounters}. */
    ROCKSDB {
        @Override
        Counters open(int keys, int day) {
            return RocksCounters.open(day);
        }
    },

    /** See {@link MvStoreCounters}. */
    MVSTORE {
        @Override
        Counters open(int keys, int day) {
            return MvStoreCounters.open(day);
        }
    };

    /**
     * Opens it, empty.
     *
     * @param keys how many there will be
     * @param day whose buckets are counted in
     * @return the counters
     */
    abstract Counters open(int keys, int day);
}
