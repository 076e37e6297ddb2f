package io.karmadb.client;

import java.time.LocalDate;

/**
 * The days from {@code first} to {@code last}, both included, each as {@code YYYYMMDD}. They need not be dates.
 *
 * @param first the first day, 0 or more
 * @param last the last day, not less than the first
 */
public record Days(int first, int last) {
    /** Every day. */
    public static final Days ALL = new Days(0, 99_999_999);

    private static final int YEAR_MAX = 9999;

    /**
     * Checks the order.
     *
     * @param first the first day, 0 or more
     * @param last the last day, not less than the first
     * @throws IllegalArgumentException if the range ends before it starts, or a day is negative
     */
    public Days {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("no range of days: first=" + first + ", last=" + last);
        }
    }

    /**
     * Returns the days between two dates.
     *
     * @param first the first
     * @param last the last
     * @return a range
     * @throws IllegalArgumentException if the range ends before it starts, or a year is not from 0 to 9999
     */
    public static Days between(LocalDate first, LocalDate last) {
        return new Days(number(first), number(last));
    }

    private static int number(LocalDate date) {
        if (date.getYear() < 0 || date.getYear() > YEAR_MAX) {
            throw new IllegalArgumentException("no year from 0 to " + YEAR_MAX + ": date=" + date);
        }
        return date.getYear() * 10_000 + date.getMonthValue() * 100 + date.getDayOfMonth();
    }
}
