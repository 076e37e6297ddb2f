package io.karmadb;

import java.time.LocalDate;

/**
 * The days from {@code first} to {@code last}, both included. The ends are numbers of the form {@code YYYYMMDD} but
 * need not be days that exist: {@code 20260200} to {@code 20260299} is February 2026.
 *
 * @param first the first day, 0 or more
 * @param last the last day, not below {@code first}
 */
public record DayRange(int first, int last) {
    /** Every day that a bucket can have. */
    public static final DayRange ALL = new DayRange(0, Integer.MAX_VALUE);

    /**
     * Checks the order.
     *
     * @param first the first day, 0 or more
     * @param last the last day, not below {@code first}
     * @throws IllegalArgumentException if {@code first} is negative or above {@code last}
     */
    public DayRange {
        if (first < 0 || first > last) {
            throw new IllegalArgumentException(
                    "range is negative or ends before it starts: first=" + first + ", last=" + last);
        }
    }

    /**
     * Returns the range of one day.
     *
     * @param day {@code YYYYMMDD}
     * @return that day alone
     */
    public static DayRange of(int day) {
        return new DayRange(day, day);
    }

    /**
     * Returns the range between two dates.
     *
     * @param first the first day
     * @param last the last day, included
     * @return the range
     * @throws IllegalArgumentException if {@code last} is before {@code first} or a year is outside 1 to 9999
     */
    public static DayRange between(LocalDate first, LocalDate last) {
        return new DayRange(Day.of(first), Day.of(last));
    }

    /**
     * Returns the range of the last days up to a day.
     *
     * @param days how many, 1 or more; 7 is the given day and the six before it
     * @param last the last day, {@code YYYYMMDD}, a day of the calendar
     * @return the range
     * @throws IllegalArgumentException if {@code days} is below 1 or {@code last} is no day of the calendar
     */
    public static DayRange lastDays(int days, int last) {
        if (days < 1) {
            throw new IllegalArgumentException("a range has at least one day: days=" + days);
        }
        return between(Day.toDate(last).minusDays(days - 1L), Day.toDate(last));
    }

    /**
     * Says whether a day lies in this range.
     *
     * @param day {@code YYYYMMDD}
     * @return whether it is one of these days
     */
    public boolean contains(int day) {
        return first <= day && day <= last;
    }

    /**
     * Says whether this range holds every day that a bucket can have.
     *
     * @return whether a sum over it is the total
     */
    public boolean coversAll() {
        return first <= Day.MIN && last >= Day.MAX;
    }
}
