package io.karmadb.bench.paired;

import java.util.SplittableRandom;

/** Keys: spread over 64 bits, drawn in advance. */
final class KeyDraw {
    private static final int DRAWN = 1 << 22;
    private static final long SEED = 20261123;

    private KeyDraw() {}

    /** Returns a rank's key: neighbours lie far from each other (SplitMix64). */
    static long key(long rank) {
        long key = (rank + 1) * 0x9E3779B97F4A7C15L;
        key = (key ^ (key >>> 30)) * 0xBF58476D1CE4E5B9L;
        key = (key ^ (key >>> 27)) * 0x94D049BB133111EBL;
        return key ^ (key >>> 31);
    }

    /** Draws from so many keys, each as likely as the others, for each thread. */
    static long[][] uniform(int keys, int threads) {
        long[][] drawn = new long[threads][];
        for (int i = 0; i < threads; i++) {
            drawn[i] = new SplittableRandom(SEED + i)
                    .ints(DRAWN, 0, keys)
                    .mapToLong(KeyDraw::key)
                    .toArray();
        }
        return drawn;
    }
}
