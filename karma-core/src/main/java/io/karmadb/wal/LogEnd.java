package io.karmadb.wal;

import java.time.Instant;

/**
 * What reading a log found.
 *
 * @param lastLsn the LSN of the last command: of the last good line, or what the log was to be read after if no line
 *     lies above that
 * @param lines the number of lines handed over
 * @param olderLines how many lines of an older server the log starts with, whether handed over or not
 * @param olderBytes the size of these lines, see {@link OlderLog#bytes}
 * @param olderCrc the CRC-32C of these bytes
 * @param olderLastModified when the file with these lines was last changed; null unless there are some and no manifest
 *     knows of them
 * @param currentFirstLsn the LSN of the first line in {@code karma.wal}, or the one after {@code lastLsn} if it has
 *     none
 * @param currentForcedBytes an offset in {@code karma.wal} before which all is known to have been forced
 * @param reserveOffset where in {@code karma.wal} nothing but zeros begins, which are to be cut off; -1 if nowhere
 * @param bytes the size of the good lines in the files that were read
 * @param torn what is to be cut off, or null
 */
public record LogEnd(
        long lastLsn,
        long lines,
        long olderLines,
        long olderBytes,
        int olderCrc,
        Instant olderLastModified,
        long currentFirstLsn,
        long currentForcedBytes,
        long reserveOffset,
        long bytes,
        TornTail torn) {}
