package io.karmadb.engine;

import io.karmadb.CorruptionException;
import io.karmadb.RestoreException;
import io.karmadb.SnapshotInfo;
import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import io.karmadb.snapshot.Manifest;
import io.karmadb.snapshot.ManifestFile;
import io.karmadb.snapshot.ManifestTree;
import io.karmadb.snapshot.SnapshotFile;
import io.karmadb.snapshot.SnapshotName;
import io.karmadb.snapshot.SnapshotReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Notices that an older server has written snapshots into a directory of ours, since what it counted would otherwise be
 * ignored without a word.
 *
 * <p>Its files name no store. Not every one of them was written since: those that were there before us stay, also of
 * trees dropped long ago, and people copy one in to load it. So only a file counts whose number lies above that of the
 * file of ours that its tree rests on, or, where there is none, above what the manifest says was seen when it was last
 * replaced; and which no line of the log loads. Numbers are times, and a clock can go back; so the manifest does not tell
 * a time alone, which would make files new that were there before it.
 */
final class OlderServer {
    private final Disk disk;
    private final Path directory;
    private final SnapshotReader reader;

    OlderServer(Disk disk, Path directory, SnapshotReader reader) {
        this.disk = disk;
        this.directory = directory;
        this.reader = reader;
    }

    /**
     * Checks a directory that has been read.
     *
     * @param manifest its manifest
     * @param files its snapshot files
     * @param ours the bare names of those that the manifest names and that our store wrote
     * @param loaded the bare names of those that lines of the log load
     * @throws RestoreException if an older server has written one of them since
     */
    void requireNothingNew(Manifest manifest, List<SnapshotInfo> files, Set<String> ours, Set<String> loaded)
            throws RestoreException {
        long seen = manifest.seen() == Manifest.SEEN_UNKNOWN ? secondsOfManifest() : manifest.seen();
        Set<String> expected = new HashSet<>(loaded);
        Map<String, Long> newest = new HashMap<>();
        for (ManifestTree tree : manifest.trees()) {
            SnapshotFile base = tree.snapshot();
            if (base == null) {
                continue;
            }
            expected.add(base.name());
            if (ours.contains(base.name())) {
                newest.put(
                        tree.name(),
                        SnapshotName.parse(base.name()).orElseThrow().seconds());
            }
        }
        for (SnapshotInfo file : files) {
            if (file.seconds() > newest.getOrDefault(file.tree(), seen)
                    && !expected.contains(file.name())
                    && isOlderServers(file)) {
                throw new RestoreException(
                        "An older server wrote a snapshot here: file=" + file.file()
                                + ". Remove karma.manifest to take over its directory as it is, its newest snapshots"
                                + " and the lines of its log; or, if the file was put here to be loaded, move it away"
                                + " and load it once the store is open",
                        new CorruptionException(
                                file.file(),
                                -1,
                                "no snapshot of an older server that is newer than what its tree rests on",
                                "one"));
            }
        }
    }

    private boolean isOlderServers(SnapshotInfo file) {
        try {
            return reader.check(file.name()).store() == null;
        } catch (CorruptionException damaged) {
            return false; // nothing that could be restored
        }
    }

    private long secondsOfManifest() {
        Path manifest = disk.resolve(directory, ManifestFile.NAME);
        try {
            return disk.lastModified(manifest).getEpochSecond();
        } catch (IOException e) {
            throw new StorageException("Cannot tell when the manifest was last changed: file=" + manifest, e);
        }
    }
}
