package io.karmadb.engine;

/** Unsigned decimal digits, written without allocation. */
final class Decimal {
    private static final long TEN_TO_18 = 1_000_000_000_000_000_000L;

    private Decimal() {}

    /**
     * Writes a number.
     *
     * @param into receives 1 to 20 ASCII digits
     * @param at where the first goes
     * @param value the unsigned number
     * @return the index after the last digit
     */
    static int put(byte[] into, int at, long value) {
        int start = at;
        long rest = value;
        if (rest < 0) {
            long high = Long.divideUnsigned(rest, TEN_TO_18); // 9 to 18
            rest -= high * TEN_TO_18;
            start = putPositive(into, at, high, 0);
            return putPositive(into, start, rest, 18);
        }
        return putPositive(into, start, rest, 0);
    }

    private static int putPositive(byte[] into, int at, long value, int digitsMin) {
        int digits = Math.max(digitsMin, digits(value));
        long rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            long tenth = rest / 10;
            into[i] = (byte) ('0' + (int) (rest - tenth * 10));
            rest = tenth;
        }
        return at + digits;
    }

    private static int digits(long value) {
        int digits = 1;
        for (long limit = 10; digits < 19 && value >= limit; limit *= 10) {
            digits++;
        }
        return digits;
    }
}
