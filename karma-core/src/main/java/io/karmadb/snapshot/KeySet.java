package io.karmadb.snapshot;

import io.karmadb.counter.BucketBuffer;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Remembers the keys of a branch while a file is checked, to notice one that comes twice. Open addressing, at most two thirds full.
 * Not for several threads at once.
 */
final class KeySet implements CounterSink {
    /** The most keys that a branch may have: the table is one array. */
    static final int KEYS_MAX = 1 << 29;

    private static final int CAPACITY_MIN = 64;

    /** A table that is this much larger than needed is not worth clearing. */
    private static final int CAPACITY_SLACK = 8;

    /**
     * Makes every set place keys in its own way: whoever chooses the keys of a tree must not be able to make them all
     * meet in one place.
     */
    private final long seed = ThreadLocalRandom.current().nextLong();

    /** Holds 0 where it is free; key 0 has its own place. */
    private long[] table = new long[CAPACITY_MIN];

    private boolean zero;

    /** Empties the set. Takes time and memory in proportion to the number of keys to come, whatever was in it before. */
    @Override
    public void startBranch(int keys) {
        int capacity = CAPACITY_MIN;
        while (capacity - capacity / 3 < keys) {
            capacity *= 2;
        }
        if (table.length < capacity || table.length > CAPACITY_SLACK * (long) capacity) {
            table = new long[capacity];
        } else {
            Arrays.fill(table, 0);
        }
        zero = false;
    }

    @Override
    public boolean accept(long key, BucketBuffer buckets) {
        return add(key);
    }

    /** Adds a key; returns false if it is in the set already. */
    private boolean add(long key) {
        if (key == 0) {
            boolean added = !zero;
            zero = true;
            return added;
        }
        int mask = table.length - 1;
        int slot = (int) mix(key ^ seed) & mask;
        while (table[slot] != 0) {
            if (table[slot] == key) {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        table[slot] = key;
        return true;
    }

    /** The finalizer of SplitMix64: every bit of the key moves every bit of the place. */
    private static long mix(long key) {
        long mixed = (key ^ (key >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return mixed ^ (mixed >>> 31);
    }
}
