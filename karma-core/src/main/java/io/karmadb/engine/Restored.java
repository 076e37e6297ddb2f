package io.karmadb.engine;

import io.karmadb.counter.CounterTree;
import io.karmadb.snapshot.SnapshotFile;

/**
 * A tree as it has been read from disk.
 *
 * @param counters its counters, to be released
 * @param base the file that it was read from, null if it began empty
 * @param lsn lines above this LSN were replayed on it
 * @param unlogged whether the file holds changes that were never logged
 */
record Restored(CounterTree counters, SnapshotFile base, long lsn, boolean unlogged) {
    Restored(CounterTree counters, SnapshotFile base, long lsn) {
        this(counters, base, lsn, false);
    }
}
