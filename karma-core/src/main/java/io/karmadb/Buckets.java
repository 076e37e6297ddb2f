package io.karmadb;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The buckets of one key, in ascending order of their days; a day that was never counted has none, a day that was
 * counted down to zero has a bucket of 0.
 *
 * <p>What {@link Tree#find(long, DayRange)} returns is an immutable copy, safe for any thread. What a
 * {@link CounterCursor} or a {@link CounterVisitor} shows is a view that changes with the next key.
 */
public interface Buckets {
    /**
     * Returns the number of buckets.
     *
     * @return 0 or more
     */
    int size();

    /**
     * Returns the day of a bucket.
     *
     * @param index 0 to {@code size() - 1}
     * @return {@code YYYYMMDD}
     * @throws IndexOutOfBoundsException if there is no such bucket
     */
    int day(int index);

    /**
     * Returns the count of a bucket.
     *
     * @param index 0 to {@code size() - 1}
     * @return the unsigned count
     * @throws IndexOutOfBoundsException if there is no such bucket
     */
    long count(int index);

    /**
     * Returns the sum of the counts; it cannot overflow, since a counter's total holds it.
     *
     * @return the unsigned sum
     */
    default long sum() {
        long sum = 0;
        for (int i = 0; i < size(); i++) {
            sum += count(i);
        }
        return sum;
    }

    /**
     * Returns a copy as a map from day to unsigned count.
     *
     * @return a new map, ascending
     */
    default SortedMap<Integer, Long> toMap() {
        SortedMap<Integer, Long> map = new TreeMap<>();
        for (int i = 0; i < size(); i++) {
            map.put(day(i), count(i));
        }
        return map;
    }
}
