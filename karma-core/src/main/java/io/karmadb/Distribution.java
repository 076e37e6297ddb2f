package io.karmadb;

import java.util.Arrays;

/**
 * How often values of each size have occurred, by powers of two: bucket {@code i} counts the values above {@code 2^(i-1)}
 * and up to {@code 2^i}, bucket 0 those up to 1. Immutable.
 *
 * <p>One that was taken while values were being counted may lack the last of them in its sum.
 */
public final class Distribution {
    /** Nothing has occurred. */
    public static final Distribution EMPTY = new Distribution(new long[0], 0);

    /** The number of buckets; the last one has no bound. */
    public static final int BUCKETS = 64;

    private final long[] counts;
    private final long sum;

    private Distribution(long[] counts, long sum) {
        this.counts = counts;
        this.sum = sum;
    }

    /**
     * Makes a distribution.
     *
     * @param counts how often values of each bucket have occurred; copied
     * @param sum the sum of all values
     * @return a new distribution
     * @throws IllegalArgumentException if there are more than {@link #BUCKETS}
     */
    public static Distribution of(long[] counts, long sum) {
        if (counts.length > BUCKETS) {
            throw new IllegalArgumentException("too many buckets: counts=" + counts.length + ", most=" + BUCKETS);
        }
        return new Distribution(counts.clone(), sum);
    }

    /**
     * Returns this with another value.
     *
     * @param value 0 or more
     * @return a new distribution
     */
    public Distribution and(long value) {
        long[] more = Arrays.copyOf(counts, BUCKETS);
        more[bucketOf(value)]++;
        return new Distribution(more, sum + value);
    }

    /**
     * Returns the bucket of a value.
     *
     * @param value 0 or more
     * @return 0 to {@code BUCKETS - 1}
     */
    public static int bucketOf(long value) {
        return value <= 1 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(value - 1);
    }

    /**
     * Returns how often values of a bucket have occurred.
     *
     * @param bucket 0 to {@code BUCKETS - 1}
     * @return 0 or more
     */
    public long count(int bucket) {
        return bucket < counts.length ? counts[bucket] : 0;
    }

    /**
     * Returns how often any value has occurred.
     *
     * @return 0 or more
     */
    public long count() {
        return Arrays.stream(counts).sum();
    }

    /**
     * Returns the sum of all values.
     *
     * @return 0 or more
     */
    public long sum() {
        return sum;
    }

    /** Says how many values there were, and their sum. */
    @Override
    public String toString() {
        return "Distribution[count=" + count() + ", sum=" + sum + "]";
    }
}
