package io.karmadb.server.transfer;

import java.util.Arrays;

/** A key whose total may pass 2^64-1 in an import: what lines make of it, one after the other. */
final class Candidate {
    private static final int DAYS_FIRST = 4;

    private long total;

    /** The days that lines have set, ascending, and what they hold since. */
    private int[] days = new int[DAYS_FIRST];

    private long[] counts = new long[DAYS_FIRST];
    private int size;

    Candidate(long total) {
        this.total = total;
    }

    /**
     * Returns what the key's other buckets add up to.
     *
     * @param before what the bucket of the day holds if no line has set it
     */
    long others(int day, long before) {
        int index = Arrays.binarySearch(days, 0, size, day);
        long held = index < 0 ? before : counts[index];
        return Long.compareUnsigned(held, total) > 0 ? 0 : total - held; // somebody else has written meanwhile
    }

    /** Makes a bucket hold a count, beside others that add up to a number; together they fit. */
    void set(int day, long count, long others) {
        int index = Arrays.binarySearch(days, 0, size, day);
        if (index < 0) {
            index = insert(-index - 1, day);
        }
        counts[index] = count;
        total = others + count;
    }

    private int insert(int index, int day) {
        if (size == days.length) {
            days = Arrays.copyOf(days, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
        }
        System.arraycopy(days, index, days, index + 1, size - index);
        System.arraycopy(counts, index, counts, index + 1, size - index);
        days[index] = day;
        size++;
        return index;
    }
}
