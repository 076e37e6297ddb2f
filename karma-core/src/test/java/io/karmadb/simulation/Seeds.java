package io.karmadb.simulation;

import java.util.Random;

/**
 * Makes sources of chance from seeds that are counted up. {@link Random} itself starts from such seeds with nearly the
 * same first numbers, so that all workloads would begin alike.
 */
final class Seeds {
    private static final long GOLDEN_RATIO = 0x9E37_79B9_7F4A_7C15L;

    private Seeds() {}

    static Random random(long seed) {
        return new Random(scrambled(seed));
    }

    /** Returns a source of chance for a part of what a seed gives. */
    static Random random(long seed, int part) {
        return new Random(scrambled(scrambled(seed) + part));
    }

    /** A step of SplitMix64: every bit of the seed moves every bit of the result. */
    private static long scrambled(long seed) {
        long mixed = seed + GOLDEN_RATIO;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return mixed ^ (mixed >>> 31);
    }
}
