package io.karmadb.counter;

/** Arithmetic on unsigned 64-bit numbers held in a {@code long}, where the JDK has none or a slower one. */
final class U64 {
    /** Rounded up. */
    private static final long TWO_TO_64_BY_127 = Long.divideUnsigned(-1, 127) + 1;

    private U64() {}

    /**
     * Returns {@code a mod 127}. 2<sup>35</sup> leaves 1, as every power of 2<sup>7</sup> does, so a number leaves what the sum
     * of its digits to that base leaves; and a number of 36 bits times 2<sup>64</sup> / 127 has what it leaves, in parts of 127,
     * in the upper bits of its fraction. A general remainder takes twice as many instructions.
     */
    static int mod127(long a) {
        long folded = (a & (1L << 35) - 1) + (a >>> 35);
        long fraction = folded * TWO_TO_64_BY_127; // a little too much, for the digits that are cut off
        return (int) (((fraction >>> 7) + 1) * 127 >>> 57);
    }

    /** Says whether {@code a + b} does not fit in 64 bits. */
    static boolean sumOverflows(long a, long b) {
        return Long.compareUnsigned(a + b, a) < 0;
    }

    static long min(long a, long b) {
        return Long.compareUnsigned(a, b) <= 0 ? a : b;
    }
}
