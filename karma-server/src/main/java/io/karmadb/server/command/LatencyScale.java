package io.karmadb.server.command;

/** The buckets that latencies are counted in: four for each doubling, from four microseconds to a minute. */
public final class LatencyScale {
    /** The number of buckets; the last one has no bound. */
    public static final int BUCKETS = 98;

    /** How many buckets a doubling has; the bound of every so-manieth is a power of two. */
    public static final int BUCKETS_PER_DOUBLING = 1 << LatencyScale.SUB_BITS;

    private static final int SUB_BITS = 2;
    private static final int SUB_MASK = BUCKETS_PER_DOUBLING - 1;
    private static final int FIRST_BITS = 12;

    private LatencyScale() {}

    /** Returns the bucket of a latency. */
    static int bucketOf(long nanos) {
        if (nanos <= 1L << FIRST_BITS) {
            return 0;
        }
        long below = nanos - 1; // bounds are included
        int bits = Long.SIZE - 1 - Long.numberOfLeadingZeros(below);
        int sub = (int) (below >>> bits - SUB_BITS) & SUB_MASK;
        return Math.min(1 + (bits - FIRST_BITS << SUB_BITS) + sub, BUCKETS - 1);
    }

    /**
     * Returns the greatest latency that a bucket counts.
     *
     * @param bucket 0 to {@code BUCKETS - 1}
     * @return nanoseconds; {@link Long#MAX_VALUE} for the last bucket
     */
    public static long boundNanos(int bucket) {
        if (bucket == 0) {
            return 1L << FIRST_BITS;
        }
        if (bucket == BUCKETS - 1) {
            return Long.MAX_VALUE;
        }
        int bits = FIRST_BITS + (bucket - 1 >>> SUB_BITS);
        return (long) BUCKETS_PER_DOUBLING + 1 + (bucket - 1 & SUB_MASK) << bits - SUB_BITS;
    }
}
