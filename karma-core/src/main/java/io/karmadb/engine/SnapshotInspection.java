package io.karmadb.engine;

import io.karmadb.CheckProblem;
import io.karmadb.CheckedFile;
import io.karmadb.CheckedFile.Kind;
import io.karmadb.CheckedFile.State;
import io.karmadb.CorruptionException;
import io.karmadb.SnapshotInfo;
import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import io.karmadb.snapshot.Manifest;
import io.karmadb.snapshot.ManifestTree;
import io.karmadb.snapshot.SnapshotCatalog;
import io.karmadb.snapshot.SnapshotContent;
import io.karmadb.snapshot.SnapshotFile;
import io.karmadb.snapshot.SnapshotName;
import io.karmadb.snapshot.SnapshotReader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Checks snapshot files one by one, and says what each is to a restore. */
final class SnapshotInspection {
    private final SnapshotReader reader;
    private final RestoreTrial trial;

    /** The files that lines of the log load, with the LSN of the last line that does. */
    private final Map<String, Long> loads;

    /** The files that the manifest names. */
    private final Map<String, SnapshotFile> named = new LinkedHashMap<>();

    /** Without a manifest, the newest files. */
    private final Set<String> newest = new HashSet<>();

    /** The store that the manifest belongs to; null without one. */
    private final String store;

    /**
     * Prepares the checks.
     *
     * @param manifest the directory's, or null if there is none that could be read
     * @param olderServer whether there is none, so that the newest snapshots count
     */
    SnapshotInspection(
            Disk disk,
            Path directory,
            SnapshotReader reader,
            Manifest manifest,
            boolean olderServer,
            RestoreTrial trial,
            Map<String, Long> loads) {
        this.reader = reader;
        this.trial = trial;
        this.loads = loads;
        store = manifest == null ? null : manifest.store();
        if (manifest != null) {
            for (ManifestTree tree : manifest.trees()) {
                if (tree.snapshot() != null) {
                    named.put(tree.snapshot().name(), tree.snapshot());
                }
            }
        }
        if (olderServer) {
            findNewest(new SnapshotCatalog(disk, directory));
        }
    }

    private void findNewest(SnapshotCatalog catalog) {
        Map<String, String> byTree = new LinkedHashMap<>();
        try {
            for (SnapshotInfo info : catalog.list()) {
                byTree.putIfAbsent(info.tree(), info.name());
            }
        } catch (StorageException unreadable) {
            return; // the file that cannot be read has its own problem, and the trial has refused
        }
        newest.addAll(byTree.values());
    }

    /** Returns the bare names of the files that the manifest names. */
    Set<String> named() {
        return named.keySet();
    }

    /** Checks a file, which may be missing. */
    CheckedFile check(String name, long bytes, boolean there) {
        Kind kind = named.containsKey(name) || newest.contains(name) ? Kind.SNAPSHOT : Kind.OTHER_SNAPSHOT;
        try {
            SnapshotFile known = named.get(name);
            SnapshotContent content = known == null ? reader.check(name) : reader.check(known);
            String tree = content.treeName() == null
                    ? SnapshotName.parse(name).orElseThrow().treeName()
                    : content.treeName();
            long lsn = Math.max(content.lsn(), 0);
            return new CheckedFile(
                    name, kind, State.GOOD, bytes, 0, lsn, 0, tree, content.keys(), note(name, content), null);
        } catch (CorruptionException e) {
            CheckProblem problem = new CheckProblem(name, e.offset(), e.expected(), e.found(), advice(name, kind));
            State state = there ? State.DAMAGED : State.MISSING;
            return new CheckedFile(name, kind, state, bytes, 0, 0, 0, "", 0, "", problem);
        } catch (StorageException e) {
            CheckProblem problem =
                    new CheckProblem(name, -1, "a file that can be read", e.getMessage(), advice(name, kind));
            return new CheckedFile(name, kind, State.DAMAGED, bytes, 0, 0, 0, "", 0, "", problem);
        }
    }

    private String note(String name, SnapshotContent content) {
        String note = content.store() == null
                ? "of an older server"
                : store != null && !store.equals(content.store()) ? "of another store" : "";
        if (!loads.containsKey(name)) {
            return note;
        }
        return (note.isEmpty() ? "" : note + ", ") + "loaded by the command with LSN " + loads.get(name);
    }

    private String advice(String name, Kind kind) {
        String standIn = trial.standIn(name);
        if (standIn != null) {
            return "A restore would fall back to " + standIn
                    + ", from which on the log has every line, and lose nothing."
                    + " The next checkpoint then writes a new snapshot";
        }
        if (kind == Kind.SNAPSHOT) {
            return named.containsKey(name)
                    ? "A restore refuses this, since there is no older snapshot of the tree from which on the log has"
                            + " every line. Put the file back from a copy"
                    : "A restore refuses this. Put the file back from a copy";
        }
        if (loads.containsKey(name)) {
            return "The command with LSN " + loads.get(name) + " loads this file"
                    + (trial.forecast().possible()
                            ? ", but what came after it makes that needless"
                            : ". Put it back from a copy");
        }
        return "A restore does without this file, but it can neither be loaded nor stand in for another one. Put it back"
                + " from a copy, or delete it";
    }
}
