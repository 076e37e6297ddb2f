package io.karmadb.counter;

import java.util.Arrays;

/**
 * The years in which a history has had buckets, so that a wide range visits only these. A year stays when its last bucket
 * goes: it costs a look-up, and a history has few.
 *
 * <p><b>Threads:</b> any. Whoever has added a year sees it, and so does whoever has seen that thread's later actions.
 */
final class Years {
    private volatile int[] sorted = {};

    /** Adds a year, if it is not there yet. */
    void add(int year) {
        if (Arrays.binarySearch(sorted, year) < 0) {
            insert(year);
        }
    }

    private synchronized void insert(int year) {
        int[] years = sorted;
        int at = -1 - Arrays.binarySearch(years, year);
        if (at < 0) {
            return; // another thread was faster
        }
        int[] more = new int[years.length + 1];
        System.arraycopy(years, 0, more, 0, at);
        more[at] = year;
        System.arraycopy(years, at, more, at + 1, years.length - at);
        sorted = more;
    }

    /** The years, ascending; not to be changed. */
    int[] sorted() {
        return sorted;
    }

    /** The index in {@code sorted} of the first year that has days at or after {@code day}. */
    static int indexFrom(int[] sorted, int day) {
        int at = Arrays.binarySearch(sorted, of(day));
        return at < 0 ? -1 - at : at;
    }

    /** The year of a {@code YYYYMMDD}. */
    static int of(int day) {
        return day / 10_000;
    }

    /** The {@code MMDD} of a {@code YYYYMMDD}. */
    static int dayOfYear(int day) {
        return day % 10_000;
    }

    /** The first {@code MMDD} of a year that a range from {@code first} has; above all of them, if it has none. */
    static int firstIn(int year, int first) {
        return Math.max(0, first - year * 10_000);
    }

    /** The last {@code MMDD} of a year that a range to {@code last} has; below all of them, if it has none. */
    static int lastIn(int year, int last) {
        return Math.min(9_999, last - year * 10_000);
    }

    /** The {@code MMDD} of a year that a day to leave out is, or 0. */
    static int exceptIn(int year, int exceptDay) {
        return of(exceptDay) == year ? dayOfYear(exceptDay) : 0;
    }
}
