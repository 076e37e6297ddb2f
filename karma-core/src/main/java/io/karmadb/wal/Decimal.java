package io.karmadb.wal;

import static io.karmadb.wal.LineFormat.EIGHT;

/**
 * Unsigned decimal digits, written without allocation, and without a loop over the digits, whose end a processor
 * predicts wrongly for every other number.
 */
final class Decimal {
    /** The longest number has 20 digits, which are written as three times eight. */
    static final int BYTES_MAX = 24;

    private static final long TEN_TO_8 = 100_000_000;
    private static final long TEN_TO_16 = TEN_TO_8 * TEN_TO_8;
    private static final long ASCII_ZEROS = 0x3030_3030_3030_3030L;
    private static final int GROUP = 8;

    private Decimal() {}

    /**
     * Writes a number.
     *
     * @param into receives 1 to 20 ASCII digits; what comes after them, as far as {@link #BYTES_MAX}, may be overwritten
     * @param at where the first goes
     * @param value the unsigned number
     * @return the index after the last digit
     */
    static int put(byte[] into, int at, long value) {
        if (value >= 0 && value < TEN_TO_8) {
            return putFirst(into, at, value);
        }
        long high = Long.divideUnsigned(value, TEN_TO_16); // 0 to 1844
        long low = value - high * TEN_TO_16;
        long middle = low / TEN_TO_8;
        low -= middle * TEN_TO_8;
        int end;
        if (high != 0) {
            end = putFirst(into, at, high);
            EIGHT.set(into, end, digits(middle) + ASCII_ZEROS);
            end += GROUP;
        } else {
            end = putFirst(into, at, middle);
        }
        EIGHT.set(into, end, digits(low) + ASCII_ZEROS);
        return end + GROUP;
    }

    /** Writes a number below 10^8 without leading zeros. */
    private static int putFirst(byte[] into, int at, long value) {
        long digits = digits(value);
        // The last digit stays, be it zero.
        int leadingZeros = Long.numberOfTrailingZeros(digits | 1L << (GROUP - 1) * Byte.SIZE) / Byte.SIZE;
        EIGHT.set(into, at, digits + ASCII_ZEROS >>> leadingZeros * Byte.SIZE);
        return at + GROUP - leadingZeros;
    }

    /**
     * Returns the eight digits of a number below 10^8, one in each byte, the first in the lowest. The number is cut in
     * two, the halves in two, and so on, all parts at once; quotients are products with a rounded reciprocal, exact in
     * the range of each step.
     */
    private static long digits(long value) {
        long thousands = value / 10_000;
        long fours = thousands | value - thousands * 10_000 << 32;
        long hundreds = (fours * 5243 >>> 19) & 0x0000_007F_0000_007FL; // 5243 / 2^19 for 1 / 100, up to 9,999
        long twos = hundreds | fours - hundreds * 100 << 16;
        long tens = (twos * 103 >>> 10) & 0x000F_000F_000F_000FL; // 103 / 2^10 for 1 / 10, up to 99
        return tens | twos - tens * 10 << 8;
    }
}
