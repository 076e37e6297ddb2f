package io.karmadb.counter;

import io.karmadb.Buckets;
import java.util.Arrays;

/** A growing list of buckets in ascending order of days, made to be reused. Not safe for several threads at once. */
public final class BucketBuffer implements Buckets {
    private int[] days = new int[8];
    private long[] counts = new long[8];
    private int size;

    /** Makes an empty list. */
    public BucketBuffer() {}

    /** Empties the list, keeping its room. */
    public void clear() {
        size = 0;
    }

    /**
     * Adds a bucket at the end.
     *
     * @param day {@code YYYYMMDD}
     * @param count the unsigned count
     */
    public void add(int day, long count) {
        if (size == days.length) {
            days = Arrays.copyOf(days, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
        }
        days[size] = day;
        counts[size++] = count;
    }

    /**
     * Adds a bucket at its place; its day must not be in the list yet.
     *
     * @param from the first index to look at: buckets before it are left alone
     * @param day {@code YYYYMMDD}
     * @param count the unsigned count
     */
    public void insert(int from, int day, long count) {
        add(day, count);
        int i = size - 1;
        while (i > from && days[i - 1] > day) {
            days[i] = days[i - 1];
            counts[i] = counts[i - 1];
            i--;
        }
        days[i] = day;
        counts[i] = count;
    }

    /**
     * Copies the list.
     *
     * @return an immutable copy
     */
    public Buckets copy() {
        return new Copy(Arrays.copyOf(days, size), Arrays.copyOf(counts, size));
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int day(int index) {
        checkIndex(index);
        return days[index];
    }

    @Override
    public long count(int index) {
        checkIndex(index);
        return counts[index];
    }

    private void checkIndex(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("no such bucket: index=" + index + ", size=" + size);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never handed out, never compared
    private record Copy(int[] days, long[] counts) implements Buckets {
        @Override
        public int size() {
            return days.length;
        }

        @Override
        public int day(int index) {
            return days[index];
        }

        @Override
        public long count(int index) {
            return counts[index];
        }

        @Override
        public String toString() {
            return toMap().toString();
        }
    }
}
