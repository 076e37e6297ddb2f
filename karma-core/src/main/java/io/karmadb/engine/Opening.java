package io.karmadb.engine;

import io.karmadb.Durability;
import io.karmadb.KarmaOptions;
import io.karmadb.RestoreReport;
import io.karmadb.disk.Disk;
import io.karmadb.disk.ReadOnlyDisk;
import io.karmadb.logging.Loggers;
import io.karmadb.snapshot.Manifest;
import io.karmadb.snapshot.ManifestTree;
import io.karmadb.wal.LogEnd;
import io.karmadb.wal.LogFiles;
import io.karmadb.wal.LogRepair;
import io.karmadb.wal.TornTail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;

/**
 * Opens a store on a locked directory. First everything is read, and nothing on disk changes; then the manifest is
 * written if there is none or it says that the log is off and it is to be on; then the log's torn tail is cut off,
 * unfinished files are swept, and the log goes on.
 */
final class Opening {
    private static final Logger LOG = Loggers.of(Opening.class);

    private final StoreDirectory directory;
    private final KarmaOptions options;
    private final DayClock clock;
    private final LogOpener logOpener;
    private final boolean logOn;

    Opening(StoreDirectory directory, KarmaOptions options, DayClock clock, LogOpener logOpener) {
        this.directory = directory;
        this.options = options;
        this.clock = clock;
        this.logOpener = logOpener;
        this.logOn = options.durability() != Durability.NONE;
    }

    Store open() {
        return options.restore() ? restored() : empty();
    }

    private Store restored() {
        long start = System.nanoTime();
        Manifest found = directory.manifestFile().read().orElse(null);
        LOG.atInfo()
                .addKeyValue("event", "restore.start")
                .addKeyValue("directory", directory.path().toString())
                .addKeyValue(
                        "wal_bytes",
                        LogFiles.list(directory.disk(), directory.path()).bytes())
                .log("Restoring");
        Recovery.Result read = recovery(found).read(found);
        boolean done = false;
        try {
            Manifest manifest = manifestAfter(found, read);
            RestoreReport report = report(read, start);
            Store store = store(manifest, read, continueLog(found, manifest, read), report);
            done = true;
            return store;
        } finally {
            if (!done) {
                read.release();
            }
        }
    }

    private Recovery recovery(Manifest found) {
        ReadingProgress progress = new ReadingProgress(options.restoreProgress());
        progress.expect(bytesToRead(found));
        Disk disk = new ReadOnlyDisk(directory.disk(), progress::read);
        return new Recovery(disk, directory.path(), options.history(), clock, directory.catalog());
    }

    /** Returns how much a restore reads; snapshots that lines of the log load come on top of that. */
    private long bytesToRead(Manifest found) {
        long bytes = LogFiles.list(directory.disk(), directory.path()).bytes();
        if (found == null) {
            Map<String, Long> newest = new HashMap<>();
            directory.catalog().list().forEach(file -> newest.putIfAbsent(file.tree(), file.bytes()));
            return bytes + newest.values().stream().mapToLong(size -> size).sum();
        }
        for (ManifestTree tree : found.trees()) {
            bytes += tree.snapshot() == null ? 0 : tree.snapshot().bytes();
        }
        return bytes;
    }

    /** Returns the manifest to go on with, which is on disk. */
    private Manifest manifestAfter(Manifest found, Recovery.Result read) {
        Manifest manifest;
        if (found != null) {
            directory.forceEntries(); // a crash may have come between the renaming of the manifest and this
        }
        if (found == null) {
            List<ManifestTree> named = new ArrayList<>();
            for (Map.Entry<String, Restored> tree : read.trees().entrySet()) {
                if (tree.getValue().base() != null) {
                    named.add(new ManifestTree(tree.getKey(), 0, tree.getValue().base()));
                }
            }
            directory.forceSnapshots(); // which an older server never does
            LogRepair.secure(directory.disk(), directory.path(), read.end());
            manifest = new Manifest(
                    UUID.randomUUID().toString(),
                    0,
                    logOn || read.older() != null,
                    named,
                    read.older(),
                    directory.seen(clock),
                    List.of());
        } else if (logOn && !found.walOn()) {
            // While the manifest still says that the log is off: once it says on, what is left would be read as a log.
            LogFiles.deleteAll(directory.disk(), directory.path());
            manifest = new Manifest(
                    found.store(), found.lsn(), true, found.trees(), null, directory.seen(clock), found.automatic());
        } else {
            return found;
        }
        directory.manifestFile().replace(manifest);
        return manifest;
    }

    private CommandLog continueLog(Manifest found, Manifest manifest, Recovery.Result read) {
        LogEnd end = read.end();
        if (isNeedlessOlderLog(end)) {
            // Not cut or written over: where it was set aside, its time of last change is the day of its lines there.
            LogFiles.deleteAll(directory.disk(), directory.path());
            end = null;
        }
        if (end != null && end.torn() != null) {
            cut(end.torn());
        }
        if (end != null) {
            LogRepair.secure(directory.disk(), directory.path(), end);
        }
        directory.sweep();
        LogFiles.finishRotation(directory.disk(), directory.path());
        boolean logWasOff = found != null && !found.walOn();
        long lastLsn = read.lastLsn(manifest.lsn());
        if (!logOn) {
            return CommandLog.none(lastLsn);
        }
        if (logWasOff) {
            LogFiles.deleteAll(directory.disk(), directory.path()); // what a checkpoint without log has left over
        }
        long currentFirst = end == null ? lastLsn + 1 : end.currentFirstLsn();
        boolean newFile = end != null && end.olderLines() > 0;
        return CommandLog.of(logOpener.open(
                directory.disk(), directory.path(), options.durability(), lastLsn, currentFirst, newFile));
    }

    /** Says whether the log is still that of an older server, and no line of it counts any more. */
    private static boolean isNeedlessOlderLog(LogEnd end) {
        return end != null && end.olderLines() > 0 && end.currentFirstLsn() == 1 && end.lines() == 0;
    }

    private void cut(TornTail torn) {
        String kept = LogRepair.cut(directory.disk(), directory.path(), torn);
        LOG.atWarn()
                .addKeyValue("event", "wal.torn")
                .addKeyValue("file", torn.file())
                .addKeyValue("offset", torn.offset())
                .addKeyValue("bytes", torn.length())
                .addKeyValue("lsn", torn.lsn())
                .addKeyValue("kept", kept)
                .log("The log ended in an unfinished line, which was cut off and kept aside");
    }

    private RestoreReport report(Recovery.Result read, long start) {
        LogEnd end = read.end();
        long keys = 0;
        for (Restored tree : read.trees().values()) {
            keys += tree.counters().keyCount();
        }
        RestoreReport report = new RestoreReport(
                read.snapshots(),
                read.applied(),
                end == null ? 0 : end.olderLines(),
                end == null || end.torn() == null ? 0 : end.torn().length(),
                read.trees().size(),
                keys,
                List.copyOf(read.warnings()),
                Duration.ofNanos(System.nanoTime() - start));
        LOG.atInfo()
                .addKeyValue("event", "wal.replay")
                .addKeyValue("snapshots", report.snapshots())
                .addKeyValue("lines", report.lines())
                .addKeyValue("older_lines", report.olderLines())
                .addKeyValue("trees", report.trees())
                .addKeyValue("keys", report.keys())
                .addKeyValue("ms", report.took().toMillis())
                .log("Restored");
        return report;
    }

    private Store store(Manifest manifest, Recovery.Result read, CommandLog log, RestoreReport report) {
        Trees trees = new Trees(options.history(), log, null);
        for (Map.Entry<String, Restored> entry : read.trees().entrySet()) {
            Restored restored = entry.getValue();
            TreeState tree = new TreeState(entry.getKey(), restored.counters(), log);
            tree.beganOn(restored.base(), restored.lsn(), restored.unlogged(), log.lastLsn());
            trees.addRestored(tree);
        }
        return assembled(trees, manifest, read.loads(), report);
    }

    private Store empty() {
        Aside aside = new Aside(directory, clock);
        Snapshots[] snapshots = new Snapshots[1];
        Trees trees = new Trees(options.history(), CommandLog.none(0), () -> {
            Manifest manifest = aside.begin(logOn);
            CommandLog log = startLog(manifest.lsn());
            snapshots[0].begin(manifest);
            return log;
        });
        RestoreReport nothing = new RestoreReport(0, 0, 0, 0, 0, 0, List.of(), Duration.ZERO);
        return assembled(trees, null, List.of(), nothing, snapshots);
    }

    private CommandLog startLog(long lsn) {
        // The old log could end in a torn tail, which must not become part of a segment.
        LogFiles.deleteAll(directory.disk(), directory.path());
        directory.sweep();
        return logOn
                ? CommandLog.of(
                        logOpener.open(directory.disk(), directory.path(), options.durability(), lsn, lsn + 1, false))
                : CommandLog.none(lsn);
    }

    private Store assembled(Trees trees, Manifest manifest, List<Replay.Load> loads, RestoreReport report) {
        return assembled(trees, manifest, loads, report, new Snapshots[1]);
    }

    private Store assembled(
            Trees trees, Manifest manifest, List<Replay.Load> loads, RestoreReport report, Snapshots[] holder) {
        holder[0] = new Snapshots(directory, trees, clock, options.history(), options.snapshotsKept(), manifest, loads);
        Verification verification = new Verification(directory, trees, holder[0], clock, options.history());
        return new Store(trees, clock, report, logOn, directory, holder[0], verification);
    }
}
