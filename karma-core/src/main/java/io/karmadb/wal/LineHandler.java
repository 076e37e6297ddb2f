package io.karmadb.wal;

import io.karmadb.CorruptionException;

/** Receives the lines of a log in the order of their LSNs. */
@FunctionalInterface
public interface LineHandler {
    /**
     * Called for every line, on the thread that reads.
     *
     * @param line a view, valid only during the call
     * @throws CorruptionException if the command makes no sense, see {@link LogLine#corrupt}; ends the reading
     */
    void line(LogLine line) throws CorruptionException;
}
