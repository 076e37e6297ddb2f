package io.karmadb.client;

import java.util.Arrays;

/** What a key has on each day of a range, in the order of the server's answer, which is that of the days. Immutable. */
public final class DayCounts {
    private static final int SIZE_MIN = 8;

    private final int[] days;
    private final long[] counts;

    private DayCounts(int[] days, long[] counts) {
        this.days = days;
        this.counts = counts;
    }

    /**
     * Returns the number of days that have a bucket.
     *
     * @return 0 or more
     */
    public int size() {
        return days.length;
    }

    /**
     * Returns a day.
     *
     * @param index 0 to {@link #size()}, exclusive
     * @return {@code YYYYMMDD}
     */
    public int day(int index) {
        return days[index];
    }

    /**
     * Returns the count of a day.
     *
     * @param index 0 to {@link #size()}, exclusive
     * @return unsigned
     */
    public long count(int index) {
        return counts[index];
    }

    /**
     * Returns the count of one day.
     *
     * @param day {@code YYYYMMDD}
     * @return unsigned; 0 if there is no bucket
     */
    public long on(int day) {
        for (int i = 0; i < days.length; i++) {
            if (days[i] == day) {
                return counts[i];
            }
        }
        return 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DayCounts that && Arrays.equals(days, that.days) && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(days) * 31 + Arrays.hashCode(counts);
    }

    /** Returns the days as the server writes them. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < days.length; i++) {
            text.append(i > 0 ? "," : "").append('"').append(days[i]).append("\":");
            text.append(Long.toUnsignedString(counts[i]));
        }
        return text.append('}').toString();
    }

    /** Collects days; for one use. */
    static final class Collector {
        private int[] days = new int[SIZE_MIN];
        private long[] counts = new long[SIZE_MIN];
        private int size;

        void add(int day, long count) {
            if (size == days.length) {
                days = Arrays.copyOf(days, size * 2);
                counts = Arrays.copyOf(counts, size * 2);
            }
            days[size] = day;
            counts[size++] = count;
        }

        DayCounts done() {
            return new DayCounts(Arrays.copyOf(days, size), Arrays.copyOf(counts, size));
        }
    }
}
