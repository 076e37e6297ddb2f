package io.karmadb;

import java.time.DateTimeException;
import java.time.LocalDate;

/** Calendar days as {@code int}s of the form {@code YYYYMMDD}, from 0001-01-01 to 9999-12-31: {@code 20260501}. */
public final class Day {
    /** The first day that a bucket can have. */
    public static final int MIN = 1_01_01;

    /** The last day that a bucket can have. */
    public static final int MAX = 9999_12_31;

    private Day() {}

    /**
     * Returns a date as {@code YYYYMMDD}.
     *
     * @param date a date of the years 1 to 9999
     * @return the day, from {@link #MIN} to {@link #MAX}
     * @throws IllegalArgumentException if the year is outside 1 to 9999
     */
    public static int of(LocalDate date) {
        int year = date.getYear();
        if (year < 1 || year > 9999) {
            throw new IllegalArgumentException("day is outside the years 1 to 9999: date=" + date);
        }
        return year * 10_000 + date.getMonthValue() * 100 + date.getDayOfMonth();
    }

    /**
     * Returns a day as a date.
     *
     * @param day {@code YYYYMMDD}
     * @return the date
     * @throws IllegalArgumentException if there is no such day in the calendar
     */
    public static LocalDate toDate(int day) {
        if (day < MIN || day > MAX) {
            throw new IllegalArgumentException("not a day of the form YYYYMMDD: day=" + day);
        }
        try {
            return LocalDate.of(day / 10_000, day / 100 % 100, day % 100);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("not a day of the calendar: day=" + day, e);
        }
    }

    /**
     * Says whether a number is a day of the calendar. Allocates nothing.
     *
     * @param day any number
     * @return whether it is {@code YYYYMMDD} of a day that exists, from {@link #MIN} to {@link #MAX}
     */
    public static boolean isValid(int day) {
        if (day < MIN || day > MAX) {
            return false;
        }
        int month = day / 100 % 100;
        int dayOfMonth = day % 100;
        return month >= 1 && month <= 12 && dayOfMonth >= 1 && dayOfMonth <= lengthOfMonth(day / 10_000, month);
    }

    private static int lengthOfMonth(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }
}
