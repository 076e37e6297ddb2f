package io.karmadb.snapshot;

import io.karmadb.Day;

/**
 * An older server's log, without numbers, that has been converted: what it was, to know it again.
 *
 * @param lines the number of its lines
 * @param bytes its size
 * @param crc the CRC-32C of all its bytes
 * @param day the day that its lines were counted for, {@code YYYYMMDD}
 */
public record ManifestOlderLog(long lines, long bytes, int crc, int day) {
    /**
     * Checks the values.
     *
     * @param lines the number of its lines
     * @param bytes its size
     * @param crc the CRC-32C of all its bytes
     * @param day the day that its lines were counted for, {@code YYYYMMDD}
     * @throws IllegalArgumentException if a number is negative or the day not in the calendar
     */
    public ManifestOlderLog {
        if (lines < 0 || bytes < 0 || !Day.isValid(day)) {
            throw new IllegalArgumentException(
                    "not an older log: lines=" + lines + ", bytes=" + bytes + ", day=" + day);
        }
    }
}
