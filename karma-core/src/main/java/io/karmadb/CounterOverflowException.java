package io.karmadb;

/** A write would have taken a counter past 2^64-1; bucket and total are unchanged and nothing was logged. */
public final class CounterOverflowException extends KarmaException {
    private static final long serialVersionUID = 1L;

    private static final String WHAT = "Counter would pass 18446744073709551615: tree=";

    /**
     * Makes the error of an increment.
     *
     * @param tree the tree's name
     * @param key the unsigned key
     * @param total its unsigned total
     * @param amount the unsigned amount that was to be added
     */
    public CounterOverflowException(String tree, long key, long total, long amount) {
        super(
                WHAT + tree + ", key=" + Long.toUnsignedString(key) + ", total=" + Long.toUnsignedString(total)
                        + ", amount=" + Long.toUnsignedString(amount),
                null);
    }

    /**
     * Makes the error of a bucket that was to be set.
     *
     * @param tree the tree's name
     * @param key the unsigned key
     * @param others the unsigned sum of the key's other buckets
     * @param day the day of the bucket
     * @param count the unsigned count that it was to hold
     */
    public CounterOverflowException(String tree, long key, long others, int day, long count) {
        super(
                WHAT + tree + ", key=" + Long.toUnsignedString(key) + ", other days=" + Long.toUnsignedString(others)
                        + ", day=" + day + ", count=" + Long.toUnsignedString(count),
                null);
    }
}
