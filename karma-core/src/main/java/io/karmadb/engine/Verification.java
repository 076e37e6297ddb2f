package io.karmadb.engine;

import io.karmadb.CorruptionException;
import io.karmadb.HistoryKind;
import io.karmadb.OutcomeUnknownException;
import io.karmadb.RestoreException;
import io.karmadb.StorageException;
import io.karmadb.StoreHealth;
import io.karmadb.VerifyReport;
import io.karmadb.counter.CounterTree;
import io.karmadb.snapshot.Manifest;
import io.karmadb.snapshot.ManifestOlderLog;
import io.karmadb.snapshot.ManifestTree;
import io.karmadb.snapshot.SnapshotFile;
import io.karmadb.snapshot.SnapshotReader;
import io.karmadb.wal.LineHandler;
import io.karmadb.wal.LogReader;
import io.karmadb.wal.OlderLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Proves that the disk equals memory while writes go on: restores the trees, some at a time, from the files that the
 * manifest names and the log up to an LSN, and compares them with the living ones, a few hundred keys at a time. A key
 * that differs may have been written since; it is compared again with the restored tree brought up to the last LSN that
 * its branch had when it was copied.
 *
 * <p>Runs alone among snapshots and checkpoints, so that no file goes away meanwhile; commands are not held up.
 */
final class Verification {
    /** Trees are restored together until they have this many keys, so that the log is not read for each of many. */
    private static final long KEYS_AT_A_TIME = 1_000_000;

    private final StoreDirectory directory;
    private final Trees trees;
    private final Snapshots snapshots;
    private final DayClock clock;
    private final HistoryKind history;

    Verification(StoreDirectory directory, Trees trees, Snapshots snapshots, DayClock clock, HistoryKind history) {
        this.directory = directory;
        this.trees = trees;
        this.snapshots = snapshots;
        this.clock = clock;
        this.history = history;
    }

    VerifyReport run() {
        VerifyReport[] report = new VerifyReport[1];
        snapshots.exclusively(() -> report[0] = verify());
        return report[0];
    }

    private VerifyReport verify() {
        long start = System.nanoTime();
        Findings findings = new Findings();
        boolean compared = !trees.hasNotBegun() && trees.log().isOn();
        try {
            if (compared) {
                compareAll(findings);
            } else {
                restoreOnly(findings);
            }
        } catch (CorruptionException | RestoreException | StorageException | OutcomeUnknownException e) {
            findings.problem(e.getMessage());
        }
        return new VerifyReport(
                findings.trees,
                findings.keys,
                compared,
                List.copyOf(findings.problems),
                Duration.ofNanos(System.nanoTime() - start));
    }

    /** Without a log, memory may be ahead of the disk, and before a store has begun it has nothing to do with it. */
    private void restoreOnly(Findings findings) {
        Manifest manifest = directory.manifestFile().read().orElse(null);
        Recovery.Result read =
                new Recovery(directory.disk(), directory.path(), history, clock, directory.catalog()).read(manifest);
        try {
            findings.trees = read.trees().size();
            for (Restored tree : read.trees().values()) {
                findings.keys += tree.counters().keyCount();
            }
        } finally {
            read.release();
        }
    }

    private void compareAll(Findings findings) {
        StoreHealth health = trees.log().health();
        if (health.state() == StoreHealth.State.FAILED) {
            findings.problem("what of the log is on disk is unknown: " + health.message());
            return;
        }
        Manifest manifest = directory.manifestFile().read().orElse(null);
        if (manifest == null || !manifest.equals(snapshots.manifest())) {
            findings.problem("the manifest is not the one that this store has written: directory=" + directory.path());
            return;
        }
        Trees.Noted noted = trees.note();
        trees.log().flush(noted.lsn());
        Set<String> names = null;
        List<TreeState> group = new ArrayList<>();
        long keys = 0;
        for (TreeState tree : noted.trees()) {
            long more = tree.counters.keyCount();
            if (!group.isEmpty() && keys + more > KEYS_AT_A_TIME) {
                names = compare(group, manifest, noted.lsn(), names, findings);
                group.clear();
                keys = 0;
            }
            group.add(tree);
            keys += more;
        }
        names = compare(group, manifest, noted.lsn(), names, findings);
        Set<String> living = new LinkedHashSet<>();
        noted.trees().forEach(tree -> living.add(tree.name));
        findings.trees = names.size();
        if (!living.equals(names)) {
            findings.problem("the trees in memory are " + living + ", on disk they are " + names);
        }
    }

    /**
     * Compares some trees.
     *
     * @param knownNames the names of the trees on disk, null if they are not known yet
     * @return the names of the trees on disk
     */
    private Set<String> compare(
            List<TreeState> group, Manifest manifest, long lsn, Set<String> knownNames, Findings findings) {
        Map<String, Restored> scratch = new LinkedHashMap<>();
        try {
            Set<String> wanted = new LinkedHashSet<>();
            group.forEach(tree -> wanted.add(tree.name));
            long needed = manifest.lsn();
            SnapshotReader reader = new SnapshotReader(directory.disk(), directory.path(), history);
            for (ManifestTree tree : manifest.trees()) {
                if (wanted.contains(tree.name())) {
                    scratch.put(tree.name(), restored(tree, reader));
                    needed = Math.min(needed, tree.lsn());
                }
            }
            ManifestOlderLog older = manifest.olderLog();
            Replay replay = new Replay(scratch, manifest.lsn(), older == null ? 0 : older.day(), history, reader);
            replay.only(wanted);
            NamesOnDisk names = new NamesOnDisk(manifest, replay);
            read(manifest, needed, lsn, names);
            new Comparison(group, scratch, lsn, findings).run(upTo -> {
                trees.log().flush(upTo.last());
                read(manifest, lsn, upTo.last(), upTo.after(replay));
            });
            return knownNames == null ? names.names() : knownNames;
        } finally {
            scratch.values().forEach(tree -> tree.counters().release());
        }
    }

    private Restored restored(ManifestTree tree, SnapshotReader reader) {
        SnapshotFile file = tree.snapshot();
        CounterTree counters =
                file == null ? CounterTree.create(history) : reader.read(file).tree();
        return new Restored(counters, file, tree.lsn());
    }

    private void read(Manifest manifest, long after, long upTo, LineHandler handler) {
        ManifestOlderLog known = manifest.olderLog();
        OlderLog older = known == null ? null : new OlderLog(known.lines(), known.bytes(), known.crc(), known.day());
        LogReader.read(directory.disk(), directory.path(), after, upTo, upTo, older, false, handler);
    }

    /** What a verification has found so far. */
    static final class Findings {
        private static final int PROBLEMS_MAX = 100;

        private final List<String> problems = new ArrayList<>();
        private int trees;
        private long keys;

        void problem(String problem) {
            if (problems.size() < PROBLEMS_MAX) {
                problems.add(problem);
            }
        }

        void addKeys(long more) {
            keys += more;
        }
    }
}
