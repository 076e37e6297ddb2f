package io.karmadb.wal;

/**
 * What a manifest knows of the log of an older server that it has taken over. Its lines have no LSN; they stand for the
 * first ones. The file is {@code karma.wal}, or {@code karma.wal.1.segment} once it has been rotated.
 *
 * @param lines the number of lines, which stand for the LSNs 1 to {@code lines}
 * @param bytes their size from the start of the file, the last line end included if it is there; what follows in
 *     {@code karma.wal} is a torn tail
 * @param crc the CRC-32C of these bytes
 * @param day the day to which they belong, {@code YYYYMMDD}
 */
public record OlderLog(long lines, long bytes, int crc, int day) {}
