package io.karmadb.server.protocol;

import io.netty.buffer.ByteBuf;

/** Unsigned 64-bit numbers in decimal. Allocates nothing. */
final class U64 {
    private static final String MAX = "18446744073709551615";
    private static final int DIGITS_MAX = MAX.length();

    private U64() {}

    /**
     * Says whether a JSON integer is at most 2^64-1 and has no sign.
     *
     * @param text holds an integer by JSON's grammar, hence without leading zeros
     */
    static boolean fits(char[] text, int offset, int length) {
        if (text[offset] == '-' || length > DIGITS_MAX) {
            return false;
        }
        if (length < DIGITS_MAX) {
            return true;
        }
        for (int i = 0; i < DIGITS_MAX; i++) {
            int difference = text[offset + i] - MAX.charAt(i);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return true;
    }

    /** Returns the value of an integer that {@link #fits}. */
    static long parse(char[] text, int offset, int length) {
        long value = 0;
        for (int i = offset; i < offset + length; i++) {
            value = value * 10 + (text[i] - '0');
        }
        return value;
    }

    /** Writes a number in decimal. */
    static void write(ByteBuf out, long value) {
        if (value >= 0 && value < 10) {
            out.writeByte('0' + (int) value);
            return;
        }
        int digits = digits(value);
        out.ensureWritable(digits);
        int start = out.writerIndex();
        long rest = value;
        for (int i = start + digits - 1; i >= start; i--) {
            long quotient = rest < 0 ? Long.divideUnsigned(rest, 10) : rest / 10;
            out.setByte(i, '0' + (int) (rest - quotient * 10));
            rest = quotient;
        }
        out.writerIndex(start + digits);
    }

    private static int digits(long value) {
        if (value < 0) {
            return Long.compareUnsigned(value, -8446744073709551616L) >= 0 ? 20 : 19;
        }
        int digits = 1;
        for (long limit = 10; digits < 19 && value >= limit; limit *= 10) {
            digits++;
        }
        return digits;
    }
}
