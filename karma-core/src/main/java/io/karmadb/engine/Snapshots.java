package io.karmadb.engine;

import io.karmadb.CheckpointActivity;
import io.karmadb.CheckpointReport;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaException;
import io.karmadb.LogFailedException;
import io.karmadb.OutcomeUnknownException;
import io.karmadb.SnapshotInfo;
import io.karmadb.StoreClosedException;
import io.karmadb.StoreHealth;
import io.karmadb.TreeNotFoundException;
import io.karmadb.logging.Loggers;
import io.karmadb.snapshot.Manifest;
import io.karmadb.snapshot.ManifestOlderLog;
import io.karmadb.snapshot.ManifestTree;
import io.karmadb.snapshot.SnapshotCancelledException;
import io.karmadb.snapshot.SnapshotContent;
import io.karmadb.snapshot.SnapshotFile;
import io.karmadb.snapshot.SnapshotName;
import io.karmadb.snapshot.SnapshotNumbers;
import io.karmadb.snapshot.SnapshotReader;
import io.karmadb.snapshot.SnapshotWriter;
import io.karmadb.snapshot.WrittenSnapshot;
import io.karmadb.wal.LogFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;

/**
 * Writes snapshots and the manifest, cuts the log, deletes older snapshots, and loads.
 *
 * <p><b>Threads:</b> any; snapshots, checkpoints and verification run one at a time. The lock for that comes before
 * that of {@link Trees}.
 *
 * <p><b>Order of a checkpoint:</b> the log is rotated; each tree is written, the log forced past the last line that the
 * file can hold, and the file given its name; the manifest is replaced once the log is forced up to its LSN; and only
 * then is deleted what it makes needless. A crash after any step leaves a directory that restores exactly.
 */
final class Snapshots {
    private static final Logger LOG = Loggers.of(Snapshots.class);

    private final StoreDirectory directory;
    private final Trees trees;
    private final DayClock clock;
    private final HistoryKind history;
    private final int keptPerTree;
    private final ReentrantLock lock = new ReentrantLock();

    /** Held while files are deleted, and to say which must not be. */
    private final ReentrantLock pruneLock = new ReentrantLock();

    /** Files that loads are reading, with the number of loads; guarded by {@link #pruneLock}. */
    private final Map<String, Integer> pins = new HashMap<>();

    /** Files that lines of the log load; guarded by {@link #pruneLock}. */
    private final List<Replay.Load> loads = new ArrayList<>();

    /** Files that an earlier version wrote, without the field that says that nobody asked; guarded by {@link #lock}. */
    private final Set<String> automatic = new HashSet<>();

    /** The manifest on disk; changed with the lock held, or before there is any tree. */
    private volatile Manifest manifest;

    private volatile Map<String, String> failures = Map.of();

    /** Replaced with the lock held. */
    private volatile CheckpointActivity checkpoints = CheckpointActivity.NONE;

    /**
     * Makes it ready.
     *
     * @param manifest the one on disk, or null if there is none yet
     * @param loads the snapshot files that lines of the log load
     */
    Snapshots(
            StoreDirectory directory,
            Trees trees,
            DayClock clock,
            HistoryKind history,
            int keptPerTree,
            Manifest manifest,
            List<Replay.Load> loads) {
        this.directory = directory;
        this.trees = trees;
        this.clock = clock;
        this.history = history;
        this.keptPerTree = keptPerTree;
        this.manifest = manifest;
        this.loads.addAll(loads);
        if (manifest != null) {
            noteAutomatic(manifest);
        }
    }

    /** Of files that are there: the number of one that is gone may be given to a file that somebody asks for. */
    private void noteAutomatic(Manifest found) {
        for (String name : found.automatic()) {
            if (directory.disk().exists(directory.disk().resolve(directory.path(), name))) {
                automatic.add(name);
            }
        }
    }

    /** Takes over the manifest that a store that began empty has put in place of an earlier one. */
    void begin(Manifest replaced) {
        manifest = replaced;
        noteAutomatic(replaced);
    }

    /** Returns the trees whose last snapshot failed, with the reason. */
    Map<String, String> failures() {
        return failures;
    }

    /** Returns what checkpoints there have been. */
    CheckpointActivity checkpoints() {
        return checkpoints;
    }

    List<SnapshotInfo> list() {
        return directory.catalog().list();
    }

    /** Runs something that no snapshot, checkpoint or deletion of files may come in between of. */
    void exclusively(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the manifest on disk; to be called in {@link #exclusively}. */
    Manifest manifest() {
        return manifest;
    }

    SnapshotInfo snapshot(String name) {
        lock.lock();
        try {
            TreeState tree = trees.require(name);
            requireSound();
            Written written = write(tree, directory.catalog().numbers(), true);
            if (!publish(List.of(written))) {
                throw gone(name);
            }
            return info(written);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Snapshots all trees and deletes what that makes needless.
     *
     * @param asked whether somebody has asked for it; if not, the snapshots take no place of those that somebody did ask
     *     for
     */
    CheckpointReport checkpoint(boolean asked) {
        lock.lock();
        try {
            return trees.hasNotBegun()
                    ? new CheckpointReport(List.of(), Map.of(), 0, 0, Duration.ZERO)
                    : notedCheckpoint(asked);
        } finally {
            lock.unlock();
        }
    }

    private CheckpointReport notedCheckpoint(boolean asked) {
        long start = System.nanoTime();
        boolean complete = false;
        try {
            CheckpointReport report = checkpoint(asked, start);
            complete = report.failures().isEmpty();
            return report;
        } finally {
            checkpoints = checkpoints.and(System.nanoTime() - start, complete, clock.seconds());
        }
    }

    private CheckpointReport checkpoint(boolean asked, long start) {
        requireSound();
        CommandLog log = trees.log();
        log.rotate();
        List<Written> written = new ArrayList<>();
        Map<String, String> failed = new LinkedHashMap<>();
        SnapshotNumbers numbers = directory.catalog().numbers();
        for (TreeState tree : trees.note().trees()) {
            try {
                written.add(write(tree, numbers, asked));
            } catch (TreeNotFoundException dropped) {
                LOG.atDebug().addKeyValue("event", "backup.dropped").log(dropped.getMessage());
            } catch (StoreClosedException | LogFailedException | OutcomeUnknownException e) {
                throw e;
            } catch (RuntimeException | OutOfMemoryError e) {
                // Whatever it is, the other trees go on, and this one keeps its snapshot and the log that it needs.
                failed.put(tree.name, String.valueOf(e.getMessage()));
                LOG.atError().addKeyValue("event", "backup.failed").setCause(e).log("No snapshot of {}", tree.name);
            }
        }
        failures = Map.copyOf(failed);
        publish(written);
        long freed = cutLog(log, failed.isEmpty());
        int pruned = prune(asked ? keptPerTree : 0);
        return new CheckpointReport(
                written.stream().map(this::info).toList(),
                failures,
                pruned,
                freed,
                Duration.ofNanos(System.nanoTime() - start));
    }

    /** Memory that no longer agrees with the log must not take its place. */
    private void requireSound() {
        StoreHealth health = trees.log().health();
        if (health.state() == StoreHealth.State.FAILED) {
            throw new LogFailedException("No snapshot: " + health.message());
        }
    }

    private record Written(TreeState tree, SnapshotFile file, long lsn, long seconds) {}

    private Written write(TreeState tree, SnapshotNumbers numbers, boolean asked) {
        CommandLog log = trees.log();
        if (!tree.counters.retain()) {
            throw gone(tree.name);
        }
        try {
            long start = System.nanoTime();
            long lsn = trees.lastLsn();
            long seconds = numbers.next(tree.name, Math.max(0, clock.seconds()));
            SnapshotWriter writer = new SnapshotWriter(directory.disk(), directory.path(), !asked);
            WrittenSnapshot snapshot = writer.write(
                    SnapshotName.of(seconds, tree.name),
                    tree.counters,
                    manifest.store(),
                    tree.name,
                    lsn,
                    () -> trees.get(tree.name) != tree);
            try {
                log.sync(log.lastLsn());
            } catch (KarmaException e) {
                writer.discard(snapshot);
                throw e;
            }
            automatic.remove(snapshot.file().name()); // of a file that somebody has deleted
            writer.publish(snapshot);
            LOG.atInfo()
                    .addKeyValue("event", "backup.dump")
                    .addKeyValue("tree", tree.name)
                    .addKeyValue("file", snapshot.file().name())
                    .addKeyValue("bytes", snapshot.file().bytes())
                    .addKeyValue("keys", snapshot.keys())
                    .addKeyValue("lsn", lsn)
                    .addKeyValue("ms", (System.nanoTime() - start) / 1_000_000)
                    .log("Snapshot written");
            return new Written(tree, snapshot.file(), lsn, seconds);
        } catch (SnapshotCancelledException e) {
            throw gone(tree.name);
        } finally {
            tree.counters.release();
        }
    }

    /** Returns the error for a tree that went away during a snapshot: dropped, replaced, or the store has been closed. */
    private TreeNotFoundException gone(String name) throws StoreClosedException {
        trees.checkOpen();
        return new TreeNotFoundException(name, trees.catalogLsn());
    }

    private SnapshotInfo info(Written written) {
        return new SnapshotInfo(
                directory.disk().resolve(directory.path(), written.file.name()),
                written.file.name(),
                written.tree.name,
                written.seconds,
                written.file.bytes());
    }

    /**
     * Makes written snapshots what their trees rest on, in the manifest.
     *
     * @return whether all of the trees still live
     */
    private boolean publish(List<Written> written) {
        return publish(written, manifest.walOn() || trees.log().isOn());
    }

    private boolean publish(List<Written> written, boolean walOn) {
        CommandLog log = trees.log();
        long seen = directory.seen(clock);
        List<TreeState> rested = new ArrayList<>();
        Manifest next = trees.locked(() -> {
            Map<TreeState, Written> byTree = new HashMap<>();
            for (Written one : written) {
                if (trees.isLiving(one.tree)) {
                    byTree.put(one.tree, one);
                }
            }
            List<ManifestTree> named = new ArrayList<>();
            for (TreeState tree : trees.note().trees()) {
                Written one = byTree.get(tree);
                if (one != null) {
                    rested.add(tree);
                    named.add(new ManifestTree(tree.name, one.lsn, one.file, !log.isOn()));
                } else if (tree.isRecorded()) {
                    named.add(new ManifestTree(tree.name, tree.lsn(), tree.base(), tree.isUnlogged()));
                }
            }
            return new Manifest(
                    manifest.store(), log.lastLsn(), walOn, named, older(walOn), seen, List.copyOf(automatic));
        });
        log.sync(next.lsn());
        requireSound();
        directory.manifestFile().replace(next);
        manifest = next;
        trees.locked(() -> {
            for (Written one : written) {
                if (rested.contains(one.tree)) {
                    one.tree.restsOn(one.file, one.lsn, !log.isOn());
                }
            }
            return null;
        });
        return rested.size() == written.size();
    }

    /** Keeps what is known of an older server's log for as long as a start may still come upon that log. */
    private ManifestOlderLog older(boolean walOn) {
        boolean gone = trees.log().isOn() ? !directory.hasSegmentOf(1) : !walOn;
        return gone ? null : manifest.olderLog();
    }

    private static long lowest(List<ManifestTree> named, long lsn) {
        long lowest = lsn;
        for (ManifestTree tree : named) {
            lowest = Math.min(lowest, tree.lsn());
        }
        return lowest;
    }

    private long cutLog(CommandLog log, boolean allWritten) {
        long needed = lowest(manifest.trees(), manifest.lsn());
        forgetLoads(needed);
        if (log.isOn()) {
            long freed = log.deleteThrough(needed);
            if (freed > 0) {
                LOG.atInfo()
                        .addKeyValue("event", "wal.truncate")
                        .addKeyValue("lsn", needed)
                        .addKeyValue("bytes", freed)
                        .log("Log files deleted that the checkpoint made needless");
            }
            return freed;
        }
        if (!manifest.walOn() || !allWritten) {
            return 0;
        }
        // The log is off: from here on the manifest says so, and what is left of an earlier log is done with.
        publish(List.of(), false);
        long freed = LogFiles.list(directory.disk(), directory.path()).bytes();
        LogFiles.deleteAll(directory.disk(), directory.path());
        LOG.atInfo()
                .addKeyValue("event", "wal.retire")
                .addKeyValue("bytes", freed)
                .log("The log of an earlier run was deleted, since the log is off");
        return freed;
    }

    private void forgetLoads(long lsn) {
        pruneLock.lock();
        try {
            loads.removeIf(load -> load.lsn() <= lsn);
        } finally {
            pruneLock.unlock();
        }
    }

    private int prune(int kept) {
        pruneLock.lock();
        try {
            Set<String> keep = new HashSet<>(pins.keySet());
            for (ManifestTree tree : manifest.trees()) {
                if (tree.snapshot() != null) {
                    keep.add(tree.snapshot().name());
                }
            }
            for (TreeState tree : trees.note().trees()) {
                SnapshotFile base = trees.locked(tree::base);
                if (base != null) {
                    keep.add(base.name());
                }
            }
            loads.forEach(load -> keep.add(load.file()));
            List<String> deleted = directory.catalog().prune(kept, automatic, keep);
            deleted.forEach(automatic::remove);
            return deleted.size();
        } finally {
            pruneLock.unlock();
        }
    }

    /**
     * Replaces a tree by what a snapshot file holds.
     *
     * @param input a bare file name, or the absolute path that a listing printed
     * @return the tree's name
     */
    String load(String input) {
        String file = pin(input);
        try {
            directory.force(List.of(file)); // the line that loads it may not survive what the file does not
            SnapshotContent content = new SnapshotReader(directory.disk(), directory.path(), history).read(file);
            String name = content.treeName() == null
                    ? SnapshotName.parse(file).orElseThrow().treeName()
                    : content.treeName();
            long lsn = replace(name, content, new SnapshotFile(file, content.bytes(), content.fileCrc()));
            noteLoad(file, lsn);
            LOG.atInfo()
                    .addKeyValue("event", "backup.load")
                    .addKeyValue("tree", name)
                    .addKeyValue("file", file)
                    .addKeyValue("keys", content.keys())
                    .addKeyValue("lsn", lsn)
                    .log("Snapshot loaded");
            return name;
        } finally {
            unpin(file);
        }
    }

    private long replace(String name, SnapshotContent content, SnapshotFile file) {
        boolean replaced = false;
        try {
            long lsn = trees.replace(TreeName.require(name), content.tree(), file);
            replaced = true;
            return lsn;
        } finally {
            if (!replaced) {
                content.tree().release();
            }
        }
    }

    private String pin(String input) {
        pruneLock.lock();
        try {
            String file = directory.catalog().requireBareName(input);
            pins.merge(file, 1, Integer::sum);
            return file;
        } finally {
            pruneLock.unlock();
        }
    }

    private void noteLoad(String file, long lsn) {
        if (trees.log().isOn()) {
            pruneLock.lock();
            try {
                loads.add(new Replay.Load(file, lsn));
            } finally {
                pruneLock.unlock();
            }
        }
    }

    private void unpin(String file) {
        pruneLock.lock();
        try {
            pins.computeIfPresent(file, (name, count) -> count == 1 ? null : count - 1);
        } finally {
            pruneLock.unlock();
        }
    }

    /** Waits for what is under way, which gives up since all trees are gone; nothing comes after this. */
    void close() {
        lock.lock();
        lock.unlock();
    }
}
