package io.karmadb.simulation;

import io.karmadb.HistoryKind;
import io.karmadb.disk.Disk;
import io.karmadb.snapshot.Manifest;
import io.karmadb.snapshot.ManifestFile;
import io.karmadb.snapshot.SnapshotCatalog;
import io.karmadb.snapshot.SnapshotContent;
import io.karmadb.snapshot.SnapshotReader;
import java.nio.file.Path;

/** Looks at the snapshot files of a directory, also at those that the manifest does not name. */
final class SnapshotsOnDisk {
    private SnapshotsOnDisk() {}

    /**
     * Checks that every snapshot file of the store is whole and none knows more than the log: its lines would be given
     * out again to other commands.
     *
     * @param lastLsn the last one of the log
     */
    static void requireNoneAheadOf(long lastLsn, Disk disk, Path directory) {
        Manifest manifest = new ManifestFile(disk, directory).read().orElse(null);
        if (manifest == null) {
            return;
        }
        SnapshotReader reader = new SnapshotReader(disk, directory, HistoryKind.ON_HEAP);
        new SnapshotCatalog(disk, directory).list().forEach(file -> {
            SnapshotContent content = reader.check(file.name());
            if (manifest.store().equals(content.store()) && content.lsn() > lastLsn) {
                throw new AssertionError("a snapshot knows more than the log: file=" + file.name() + ", lsn="
                        + content.lsn() + ", lastLsn=" + lastLsn);
            }
        });
    }
}
