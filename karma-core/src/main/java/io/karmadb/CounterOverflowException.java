package io.karmadb;

/** An increment would have taken a counter past 2^64-1; bucket and total are unchanged and nothing was logged. */
public final class CounterOverflowException extends KarmaException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error.
     *
     * @param tree the tree's name
     * @param key the unsigned key
     * @param total its unsigned total
     * @param amount the unsigned amount that was to be added
     */
    public CounterOverflowException(String tree, long key, long total, long amount) {
        super(
                "Counter would pass 18446744073709551615: tree=" + tree + ", key=" + Long.toUnsignedString(key)
                        + ", total=" + Long.toUnsignedString(total) + ", amount=" + Long.toUnsignedString(amount),
                null);
    }
}
