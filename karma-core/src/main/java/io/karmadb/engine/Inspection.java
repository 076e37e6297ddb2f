package io.karmadb.engine;

import io.karmadb.CheckProblem;
import io.karmadb.CheckReport;
import io.karmadb.CheckedFile;
import io.karmadb.CheckedFile.Kind;
import io.karmadb.CheckedFile.State;
import io.karmadb.CorruptionException;
import io.karmadb.KarmaException;
import io.karmadb.KarmaOptions;
import io.karmadb.ReadProgress;
import io.karmadb.RestoreException;
import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import io.karmadb.disk.ReadOnlyDisk;
import io.karmadb.snapshot.Manifest;
import io.karmadb.snapshot.ManifestFile;
import io.karmadb.snapshot.ManifestOlderLog;
import io.karmadb.snapshot.ManifestTree;
import io.karmadb.snapshot.SnapshotCatalog;
import io.karmadb.snapshot.SnapshotName;
import io.karmadb.snapshot.SnapshotReader;
import io.karmadb.wal.CheckedLogFile;
import io.karmadb.wal.LogCheck;
import io.karmadb.wal.LogExpectation;
import io.karmadb.wal.LogFiles;
import io.karmadb.wal.OlderLog;
import io.karmadb.wal.TornTail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One look at everything in a directory that no store has open. First a restore is tried, which tells what it needs and
 * where it would stop; then every file is checked by itself, whatever is wrong with the others. What the trial refused and
 * no file's own check has found is added to the file that it is about.
 *
 * <p>Has a disk on which nothing can be changed. For one use by one thread.
 */
final class Inspection {
    private static final Comparator<CheckedFile> ORDER = Comparator.comparing(CheckedFile::kind)
            .thenComparing(file -> file.kind() == Kind.WAL_SEGMENT ? file.name().length() : 0) // by number
            .thenComparing(CheckedFile::name);

    private final Disk disk;
    private final Path directory;
    private final KarmaOptions options;
    private final ReadingProgress progress;
    private final RestoreTrial trial;

    /** Every file that there is something to say about, by its bare name. */
    private final Map<String, CheckedFile> files = new TreeMap<>();

    private final Map<String, Long> sizes = new HashMap<>();

    /** Null if there is none, or none that can be read. */
    private Manifest manifest;

    Inspection(Disk disk, Path directory, KarmaOptions options, ReadProgress listener) {
        this.directory = directory;
        this.options = options;
        progress = new ReadingProgress(listener);
        this.disk = new ReadOnlyDisk(disk, progress::read);
        DayClock clock = DayClock.looking(options.clock(), options.zone());
        trial = new RestoreTrial(this.disk, directory, options.history(), clock);
    }

    /**
     * Looks.
     *
     * @return what was found
     * @throws StorageException if the directory cannot be listed
     */
    CheckReport run() throws StorageException {
        long start = System.nanoTime();
        try {
            for (String name : disk.list(directory)) {
                Path file = disk.resolve(directory, name);
                sizes.put(name, disk.isRegularFile(file) ? disk.size(file) : 0);
            }
        } catch (IOException e) {
            throw new StorageException("Cannot list the directory: directory=" + directory + ", error=" + e, e);
        }
        KarmaException manifestProblem = readManifest();
        progress.expect(bytesToRead());
        if (manifestProblem == null) {
            trial.run(manifest);
        } else {
            trial.refuse(manifestProblem);
        }
        Map<String, Long> loads = new HashMap<>();
        checkLog(loads);
        checkSnapshots(loads, manifestProblem == null && manifest == null);
        sizes.forEach((name, bytes) -> files.computeIfAbsent(name, other -> new OtherFile(other, bytes).look()));
        List<CheckProblem> problems = new ArrayList<>();
        if (trial.refusal() != null) {
            attach(trial.refusal(), problems);
        }
        List<CheckedFile> sorted = files.values().stream().sorted(ORDER).toList();
        problems.addAll(
                0,
                sorted.stream()
                        .map(CheckedFile::problem)
                        .filter(problem -> problem != null)
                        .toList());
        return new CheckReport(
                directory,
                sorted,
                trial.forecast(),
                List.copyOf(problems),
                null,
                Duration.ofNanos(System.nanoTime() - start));
    }

    /** Returns what is to be cut off the log: the torn tail, if nothing else is wrong and a manifest knows the log. */
    TornTail onlyTorn(CheckReport report) {
        return manifest != null && report.problems().size() == 1 ? trial.torn() : null;
    }

    private KarmaException readManifest() {
        try {
            manifest = new ManifestFile(disk, directory).read().orElse(null);
        } catch (RestoreException e) {
            return e; // added to the file when all others have been looked at
        } catch (StorageException e) {
            CheckProblem problem = new CheckProblem(
                    ManifestFile.NAME,
                    -1,
                    "a file that can be read",
                    String.valueOf(e.getCause()),
                    "A restore refuses this. It says which trees live and which files and log lines they rest on");
            put(ManifestFile.NAME, Kind.MANIFEST, State.DAMAGED, 0, 0, 0, "", problem);
            return e;
        }
        if (manifest != null) {
            int trees = manifest.trees().size();
            String note = trees + (trees == 1 ? " tree" : " trees") + ", log " + (manifest.walOn() ? "on" : "off");
            put(ManifestFile.NAME, Kind.MANIFEST, State.GOOD, 0, manifest.lsn(), 0, note, null);
        }
        return null;
    }

    /** The trial reads the log and the snapshots that the manifest names, the checks read everything. */
    private long bytesToRead() {
        long all = 0;
        for (Map.Entry<String, Long> file : sizes.entrySet()) {
            boolean log = isLog(file.getKey());
            all += log ? 2 * file.getValue() : isSnapshot(file.getKey()) ? file.getValue() : 0;
        }
        for (ManifestTree tree : manifest == null ? List.<ManifestTree>of() : manifest.trees()) {
            all += tree.snapshot() == null ? 0 : tree.snapshot().bytes();
        }
        return all;
    }

    private static boolean isLog(String name) {
        return LogFiles.kind(name)
                .filter(kind -> kind == LogFiles.Kind.CURRENT || kind == LogFiles.Kind.SEGMENT)
                .isPresent();
    }

    private boolean isSnapshot(String name) {
        return SnapshotName.parse(name).isPresent() && disk.isRegularFile(disk.resolve(directory, name));
    }

    private void checkLog(Map<String, Long> loads) {
        LoggedCommand command = new LoggedCommand();
        LogCheck check = new LogCheck(disk, directory, expectation(), line -> {
            command.read(line);
            if (command.loadedTree != null) {
                loads.put(command.treeName, line.lsn());
            }
        });
        for (CheckedLogFile file : check.run()) {
            Kind kind = file.name().equals(LogFiles.CURRENT) ? Kind.CURRENT_LOG : Kind.WAL_SEGMENT;
            CheckProblem problem = LogAdvice.problem(file, manifest != null);
            State state = !sizes.containsKey(file.name())
                    ? State.MISSING
                    : problem == null
                            ? State.GOOD
                            : file.problem() == null ? State.TORN_TAIL : file.whole() ? State.REFUSED : State.DAMAGED;
            String note = LogAdvice.note(file);
            put(file.name(), kind, state, file.firstLsn(), file.lastLsn(), file.lines(), note, problem);
        }
    }

    private LogExpectation expectation() {
        if (manifest == null) {
            return null;
        }
        long neededAfter = trial.neededAfter() >= 0
                ? trial.neededAfter()
                : manifest.trees().stream().mapToLong(ManifestTree::lsn).reduce(manifest.lsn(), Math::min);
        ManifestOlderLog known = manifest.olderLog();
        OlderLog older = known == null ? null : new OlderLog(known.lines(), known.bytes(), known.crc(), known.day());
        return new LogExpectation(neededAfter, manifest.lsn(), older);
    }

    private void checkSnapshots(Map<String, Long> loads, boolean olderServer) {
        SnapshotReader reader = new SnapshotReader(disk, directory, options.history());
        SnapshotInspection snapshots =
                new SnapshotInspection(disk, directory, reader, manifest, olderServer, trial, loads);
        for (Map.Entry<String, Long> file : sizes.entrySet()) {
            if (isSnapshot(file.getKey())) {
                files.put(file.getKey(), snapshots.check(file.getKey(), file.getValue(), true));
            }
        }
        for (String name : snapshots.named()) {
            files.computeIfAbsent(name, missing -> snapshots.check(missing, 0, false));
        }
    }

    private void put(
            String name, Kind kind, State state, long first, long last, long lines, String note, CheckProblem problem) {
        long bytes = sizes.getOrDefault(name, 0L);
        files.put(name, new CheckedFile(name, kind, state, bytes, first, last, lines, "", 0, note, problem));
    }

    /** Adds why a restore refuses to the file that it is about, unless that has its own problem. */
    private void attach(KarmaException refusal, List<CheckProblem> aboutNoFile) {
        CorruptionException detail = refusal instanceof CorruptionException corrupt
                ? corrupt
                : refusal.getCause() instanceof CorruptionException cause ? cause : null;
        CheckedFile file = detail == null ? null : find(detail.file());
        if (file == null) {
            boolean known = files.values().stream().anyMatch(other -> other.problem() != null);
            if (!known) {
                aboutNoFile.add(
                        new CheckProblem("", -1, "a directory that can be read", "an error", refusal.getMessage()));
            }
        } else if (file.problem() == null || file.state() == State.TORN_TAIL) {
            State state = file.kind() == Kind.MANIFEST ? State.DAMAGED : State.REFUSED;
            CheckProblem problem = new CheckProblem(
                    file.name(), detail.offset(), detail.expected(), detail.found(), refusal.getMessage());
            files.put(
                    file.name(),
                    new CheckedFile(
                            file.name(),
                            file.kind(),
                            sizes.containsKey(file.name()) ? state : State.MISSING,
                            file.bytes(),
                            file.firstLsn(),
                            file.lastLsn(),
                            file.lines(),
                            file.tree(),
                            file.keys(),
                            file.note(),
                            problem));
        }
    }

    private CheckedFile find(Path path) {
        for (CheckedFile file : files.values()) {
            if (disk.resolve(directory, file.name()).equals(path)) {
                return file;
            }
        }
        return null;
    }

    /** A file that is neither a good manifest nor log nor snapshot. */
    private final class OtherFile {
        private final String name;
        private final long bytes;
        private final boolean regular;

        OtherFile(String name, long bytes) {
            this.name = name;
            this.bytes = bytes;
            regular = disk.isRegularFile(disk.resolve(directory, name));
        }

        CheckedFile look() {
            if (name.equals(ManifestFile.NAME)) {
                return file(Kind.MANIFEST, "");
            } else if (name.equals(StoreDirectory.LOCK_FILE)) {
                return file(Kind.LOCK, "");
            } else if (name.startsWith(Aside.PREFIX) && !regular) {
                return file(Kind.ASIDE, "set aside by a start without restore: a data directory in itself");
            } else if (name.equals(ManifestFile.TEMPORARY_NAME) || SnapshotCatalog.isTemporary(name)) {
                return temporary(Kind.TEMPORARY, "left by an interrupted write; a start deletes it");
            }
            LogFiles.Kind kind = LogFiles.kind(name).orElse(null);
            if (kind == LogFiles.Kind.TORN && regular) {
                return file(Kind.TORN_COPY, "cut off the log after a crash; never read");
            } else if (kind == LogFiles.Kind.TEMPORARY) {
                boolean finished = sizes.containsKey(LogFiles.CURRENT);
                return temporary(
                        Kind.TEMPORARY,
                        "left by an interrupted rotation; a start " + (finished ? "deletes it" : "completes that"));
            } else if (kind == LogFiles.Kind.BALLAST) {
                return temporary(Kind.BALLAST, "a start makes it anew");
            }
            boolean tree = SnapshotName.looksLikeSnapshot(name);
            return file(Kind.STRAY, tree ? "ends in .tree but is no snapshot: a start ignores it" : "");
        }

        private CheckedFile file(Kind kind, String note) {
            return new CheckedFile(name, kind, State.UNCHECKED, bytes, 0, 0, 0, "", 0, note, null);
        }

        private CheckedFile temporary(Kind kind, String note) {
            if (regular || kind == Kind.TEMPORARY && SnapshotCatalog.isTemporary(name)) {
                return file(kind, note);
            }
            CheckProblem problem = new CheckProblem(
                    name, -1, "a regular file", "something else", "A start cannot delete this. Move it away");
            return new CheckedFile(name, kind, State.DAMAGED, bytes, 0, 0, 0, "", 0, "", problem);
        }
    }
}
