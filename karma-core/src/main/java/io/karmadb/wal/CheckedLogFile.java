package io.karmadb.wal;

import io.karmadb.KarmaException;

/**
 * What {@link LogCheck} found in one file of a log.
 *
 * @param name its bare name
 * @param firstLsn the LSN of its first good line, 0 for none
 * @param lastLsn the LSN of the last of the good lines that it starts with, 0 for none
 * @param lines how many good lines it starts with
 * @param older whether an older server wrote these lines, so that they only stand for their LSNs
 * @param needed whether a restore needs a line of it, or would read it in search of one
 * @param whole whether all of it was good, up to a torn tail; then what is wrong is what is around it
 * @param torn the torn tail that it ends in, or null
 * @param problem what is wrong, or null
 */
public record CheckedLogFile(
        String name,
        long firstLsn,
        long lastLsn,
        long lines,
        boolean older,
        boolean needed,
        boolean whole,
        TornTail torn,
        KarmaException problem) {}
