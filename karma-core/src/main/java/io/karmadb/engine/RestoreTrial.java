package io.karmadb.engine;

import io.karmadb.CorruptionException;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaException;
import io.karmadb.RestoreException;
import io.karmadb.RestoreForecast;
import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import io.karmadb.snapshot.Manifest;
import io.karmadb.snapshot.SnapshotCatalog;
import io.karmadb.wal.LogEnd;
import io.karmadb.wal.LogFiles;
import io.karmadb.wal.TornTail;
import java.nio.file.Path;
import java.util.List;

/** Reads a directory as a start does, tells what came of it, and forgets the trees. For one use by one thread. */
final class RestoreTrial {
    private final Disk disk;
    private final Path directory;
    private final Recovery recovery;

    private RestoreForecast forecast;
    private KarmaException refusal;
    private TornTail torn;

    RestoreTrial(Disk disk, Path directory, HistoryKind history, DayClock clock) {
        this.disk = disk;
        this.directory = directory;
        recovery = new Recovery(disk, directory, history, clock, new SnapshotCatalog(disk, directory));
    }

    /**
     * Tries it.
     *
     * @param manifest the directory's, or null if there is none
     */
    void run(Manifest manifest) {
        try {
            Recovery.Result read = recovery.read(manifest);
            try {
                if (manifest == null || manifest.walOn()) { // else a start deletes what is left of the log
                    LogFiles.requireFinishable(disk, directory);
                }
                forecast = forecast(read, manifest);
                torn = read.end() == null ? null : read.end().torn();
            } finally {
                read.release();
            }
        } catch (CorruptionException | RestoreException | StorageException e) {
            refuse(e);
        }
    }

    /** Notes that a start would not even begin. */
    void refuse(KarmaException why) {
        refusal = why;
        forecast = new RestoreForecast(why.getMessage(), 0, 0, 0, 0, 0, 0, 0, List.of());
    }

    private static RestoreForecast forecast(Recovery.Result read, Manifest manifest) {
        LogEnd end = read.end();
        long keys = 0;
        for (Restored tree : read.trees().values()) {
            keys += tree.counters().keyCount();
        }
        return new RestoreForecast(
                null,
                read.snapshots(),
                read.applied(),
                end == null ? 0 : end.olderLines(),
                end == null || end.torn() == null ? 0 : end.torn().length(),
                read.trees().size(),
                keys,
                read.lastLsn(manifest == null ? 0 : manifest.lsn()),
                List.copyOf(read.warnings()));
    }

    RestoreForecast forecast() {
        return forecast;
    }

    /** Returns why a start would refuse; null if it would not. */
    KarmaException refusal() {
        return refusal;
    }

    /** Returns what a start would cut off the log, or null. */
    TornTail torn() {
        return torn;
    }

    /** Returns the LSN above which lines of the log are needed, see {@link Recovery#neededAfter}. */
    long neededAfter() {
        return recovery.neededAfter();
    }

    /** Returns the bare name of the file that a restore would read instead of a damaged snapshot, or null. */
    String standIn(String damaged) {
        for (Recovery.Fallback fallback : recovery.fallbacks()) {
            if (fallback.damaged().equals(damaged)) {
                return fallback.used();
            }
        }
        return null;
    }
}
