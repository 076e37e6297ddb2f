package io.karmadb.counter;

/** Arithmetic on unsigned 64-bit numbers held in a {@code long}, where the JDK has none or a slower one. */
final class U64 {
    private U64() {}

    /** Returns {@code a mod divisor}; the divisor is 1 to 2^30. */
    static int mod(long a, int divisor) {
        // Halved to fit the signed range, then the bit that was lost is put back: at most one divisor too much. No
        // branch on the sign: of random keys every other one would be predicted wrongly.
        int over = (int) ((a >>> 1) % divisor) * 2 + (int) (a & 1) - divisor;
        return over + (over >> 31 & divisor);
    }

    /** Says whether {@code a + b} does not fit in 64 bits. */
    static boolean sumOverflows(long a, long b) {
        return Long.compareUnsigned(a + b, a) < 0;
    }

    static long min(long a, long b) {
        return Long.compareUnsigned(a, b) <= 0 ? a : b;
    }
}
