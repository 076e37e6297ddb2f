package io.karmadb.engine;

import io.karmadb.CorruptionException;
import io.karmadb.HistoryKind;
import io.karmadb.RestoreException;
import io.karmadb.SnapshotInfo;
import io.karmadb.StorageException;
import io.karmadb.counter.CounterTree;
import io.karmadb.disk.Disk;
import io.karmadb.lock.PatientWait;
import io.karmadb.logging.Loggers;
import io.karmadb.snapshot.Manifest;
import io.karmadb.snapshot.ManifestOlderLog;
import io.karmadb.snapshot.ManifestTree;
import io.karmadb.snapshot.SnapshotCatalog;
import io.karmadb.snapshot.SnapshotContent;
import io.karmadb.snapshot.SnapshotFile;
import io.karmadb.snapshot.SnapshotReader;
import io.karmadb.wal.LogEnd;
import io.karmadb.wal.LogFiles;
import io.karmadb.wal.LogReader;
import io.karmadb.wal.OlderLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;

/**
 * Reads a directory's snapshots and log into trees, without changing anything on disk.
 *
 * <p>With a manifest, the living trees are read from the files that it names; a file that fails its checks gives way to
 * the newest good one of its tree from which on the log still has every line. Without one, the directory is an older
 * server's: the newest file of each tree counts, and all of the log.
 */
final class Recovery {
    private static final Logger LOG = Loggers.of(Recovery.class);

    private final Disk disk;
    private final Path directory;
    private final HistoryKind history;
    private final DayClock clock;
    private final SnapshotCatalog catalog;
    private final SnapshotReader reader;

    private final Map<String, Restored> trees = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();

    /** Bare names of files that the manifest names and its store wrote. */
    private final Set<String> ours = new HashSet<>();

    private final List<Fallback> fallbacks = new ArrayList<>();
    private final RestoreProgress progress = new RestoreProgress(System::nanoTime);
    private int snapshots;
    private long neededAfter = -1;

    Recovery(Disk disk, Path directory, HistoryKind history, DayClock clock, SnapshotCatalog catalog) {
        this.disk = disk;
        this.directory = directory;
        this.history = history;
        this.clock = clock;
        this.catalog = catalog;
        this.reader = new SnapshotReader(disk, directory, history);
    }

    /**
     * What a directory holds.
     *
     * @param trees in order of creation; their counters are to be released
     * @param snapshots the number of files read
     * @param applied the number of lines that counted
     * @param end where the log ends, null if there is no log to read
     * @param older what is to be known of an older server's log from now on, null if there is none
     * @param loads the snapshot files that lines of the log load
     * @param warnings what was odd
     */
    record Result(
            Map<String, Restored> trees,
            int snapshots,
            long applied,
            LogEnd end,
            ManifestOlderLog older,
            List<Replay.Load> loads,
            List<String> warnings) {
        void release() {
            trees.values().forEach(tree -> tree.counters().release());
        }

        long lastLsn(long manifestLsn) {
            return end == null ? manifestLsn : Math.max(end.lastLsn(), manifestLsn);
        }
    }

    /**
     * A damaged snapshot that gave way to an older one.
     *
     * @param damaged the bare name of the file that the manifest names
     * @param used the bare name of the one that was read instead
     * @param warning says so
     */
    record Fallback(String damaged, String used, String warning) {}

    /**
     * Returns the LSN above which lines are needed.
     *
     * @return 0 or more; {@link Long#MAX_VALUE} if none is, since the log is off; -1 if that is not known yet
     */
    long neededAfter() {
        return neededAfter;
    }

    /** Returns the snapshots that gave way so far, also after a failure. */
    List<Fallback> fallbacks() {
        return fallbacks;
    }

    /**
     * Reads everything.
     *
     * @param manifest the directory's, or null if there is none
     * @return the trees
     */
    Result read(Manifest manifest) throws CorruptionException, RestoreException, StorageException {
        boolean done = false;
        try {
            Result result = manifest == null ? readOlder() : readOurs(manifest);
            done = true;
            return result;
        } finally {
            if (!done) {
                trees.values().forEach(tree -> tree.counters().release());
            }
        }
    }

    private Result readOurs(Manifest manifest) {
        inParallel(manifest.trees(), tree -> restore(tree, manifest));
        long needed = manifest.lsn();
        for (Restored tree : trees.values()) {
            needed = Math.min(needed, tree.lsn());
        }
        boolean logOff = !manifest.walOn() && needed == manifest.lsn();
        neededAfter = logOff ? Long.MAX_VALUE : needed;
        if (logOff) {
            checkFiles(manifest, List.of());
            return new Result(trees, snapshots, 0, null, null, List.of(), warnings);
        }
        ManifestOlderLog known = manifest.olderLog();
        OlderLog older = known == null ? null : new OlderLog(known.lines(), known.bytes(), known.crc(), known.day());
        Replay replay = new Replay(trees, manifest.lsn(), known == null ? 0 : known.day(), history, reader);
        LogEnd end = LogReader.read(
                disk, directory, needed, manifest.lsn(), Long.MAX_VALUE, older, false, progress.counting(replay));
        checkFiles(manifest, replay.loads());
        return result(replay, end, known);
    }

    private void checkFiles(Manifest manifest, List<Replay.Load> loads) {
        Set<String> loaded = new HashSet<>();
        loads.forEach(load -> loaded.add(load.file()));
        new OlderServer(disk, directory, reader).requireNothingNew(manifest, catalog.list(), ours, loaded);
        warnOfIgnored();
    }

    private void warnOfIgnored() {
        for (String name : catalog.ignored()) {
            warnings.add("a file that ends in .tree is no snapshot and was ignored: file=" + name);
        }
    }

    private Result readOlder() {
        Map<String, SnapshotInfo> newest = new LinkedHashMap<>();
        for (SnapshotInfo info : catalog.list()) {
            newest.putIfAbsent(info.tree(), info);
        }
        warnOfIgnored();
        List<SnapshotInfo> files = new ArrayList<>(newest.values());
        Collections.reverse(files); // the list has the newest first
        inParallel(files, this::restoreOlder);
        int day = olderDay();
        Replay replay = new Replay(trees, 0, day, history, reader);
        LogEnd end = LogReader.read(disk, directory, 0, 0, Long.MAX_VALUE, null, true, progress.counting(replay));
        ManifestOlderLog older = end.olderLines() == 0
                ? null
                : new ManifestOlderLog(end.olderLines(), end.olderBytes(), end.olderCrc(), day);
        if (replay.overflows() > 0) {
            warnings.add("increments of an older server that would have passed 2^64-1 were left out: lines="
                    + replay.overflows());
        }
        return result(replay, end, older);
    }

    private Result result(Replay replay, LogEnd end, ManifestOlderLog older) {
        return new Result(trees, snapshots, replay.applied(), end, older, replay.loads(), warnings);
    }

    private int olderDay() {
        try {
            Path log = disk.resolve(directory, LogFiles.CURRENT);
            return disk.exists(log) ? clock.dayOf(disk.lastModified(log)) : clock.today();
        } catch (IOException e) {
            throw new StorageException("Cannot tell when the log was last changed: directory=" + directory, e);
        }
    }

    private Read restore(ManifestTree tree, Manifest manifest) {
        SnapshotFile file = tree.snapshot();
        if (file == null) {
            return new Read(tree.name(), new Restored(CounterTree.create(history), null, tree.lsn()), null, false);
        }
        try {
            SnapshotContent content = reader.read(file);
            boolean own = manifest.store().equals(content.store());
            return new Read(tree.name(), new Restored(content.tree(), file, tree.lsn(), tree.unlogged()), null, own);
        } catch (CorruptionException damaged) {
            return fallBack(tree, manifest, damaged);
        }
    }

    private Read fallBack(ManifestTree tree, Manifest manifest, CorruptionException damaged) {
        long reachesBackTo =
                tree.unlogged() ? Long.MAX_VALUE : LogReader.reachesBackTo(disk, directory, manifest.lsn());
        for (SnapshotInfo info : catalog.list()) {
            if (!info.tree().equals(tree.name())
                    || info.name().equals(tree.snapshot().name())) {
                continue;
            }
            SnapshotContent content;
            try {
                content = reader.read(info.name());
            } catch (CorruptionException alsoDamaged) {
                damaged.addSuppressed(alsoDamaged);
                continue;
            }
            if (manifest.store().equals(content.store())
                    && tree.name().equals(content.treeName())
                    && content.lsn() >= reachesBackTo) {
                SnapshotFile file = new SnapshotFile(info.name(), content.bytes(), content.fileCrc());
                return new Read(
                        tree.name(),
                        new Restored(content.tree(), file, content.lsn()),
                        new Fallback(
                                tree.snapshot().name(),
                                info.name(),
                                "a damaged snapshot gave way to an older one, from which on the log was replayed: tree="
                                        + tree.name() + ", used=" + info.name() + ", damaged: "
                                        + damaged.getMessage()),
                        true);
            }
            content.tree().release();
        }
        throw new RestoreException(
                "A snapshot is damaged and there is no older one from which on the log has every line. Restore the file"
                        + " from a backup: tree=" + tree.name() + ", " + damaged.getMessage(),
                damaged);
    }

    private Read restoreOlder(SnapshotInfo info) {
        SnapshotContent content = reader.read(info.name());
        String name = content.treeName() == null ? info.tree() : content.treeName();
        SnapshotFile file = new SnapshotFile(info.name(), content.bytes(), content.fileCrc());
        return new Read(name, new Restored(content.tree(), file, 0), null, false);
    }

    /** A tree that was read; null unless it fell back; own is whether our store wrote its file. */
    private record Read(String name, Restored tree, Fallback fallback, boolean own) {}

    private interface ReadOne<T> {
        Read read(T what);
    }

    private <T> void inParallel(List<T> all, ReadOne<T> one) {
        if (all.isEmpty()) {
            return;
        }
        int threads = Math.min(all.size(), Runtime.getRuntime().availableProcessors());
        AtomicInteger number = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "karma-restore-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        List<Future<Read>> reads = new ArrayList<>();
        Throwable failure = null; // the first one; the others are waited for, so that all trees are known
        try {
            for (T item : all) {
                reads.add(pool.submit(() -> one.read(item)));
            }
            for (Future<Read> read : reads) {
                failure = collect(read, failure);
                progress.snapshots(snapshots, reads.size());
            }
        } finally {
            pool.shutdownNow();
        }
        if (failure instanceof Error error) {
            throw error;
        } else if (failure != null) {
            throw (RuntimeException) failure;
        }
    }

    private Throwable collect(Future<Read> future, Throwable failure) {
        try {
            take(PatientWait.get(future));
            return failure;
        } catch (ExecutionException e) {
            return failure == null ? e.getCause() : failure;
        }
    }

    private void take(Read read) {
        if (read.tree().base() != null) {
            snapshots++;
        }
        if (read.own()) {
            ours.add(read.tree().base().name());
        }
        if (read.fallback() != null) {
            fallbacks.add(read.fallback());
            warnings.add(read.fallback().warning());
            LOG.atWarn()
                    .addKeyValue("event", "restore.fallback")
                    .log(read.fallback().warning());
        }
        Restored former = trees.put(read.name(), read.tree());
        if (former != null) {
            warnings.add("two snapshot files are of one tree, the newer one counts: tree=" + read.name());
            former.counters().release();
        }
    }
}
