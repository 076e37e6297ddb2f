package io.karmadb.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A living tree in the manifest.
 *
 * @param name its true name
 * @param lsn commands above this LSN are to be replayed on the snapshot; without a snapshot, the LSN before its creation
 * @param snapshot the file that it rests on, or null if it has none
 * @param unlogged whether the file holds changes that were never logged, so that no earlier file can stand in for it
 */
public record ManifestTree(String name, long lsn, SnapshotFile snapshot, boolean unlogged) {
    /**
     * Checks the values.
     *
     * @param name its true name
     * @param lsn commands above this LSN are to be replayed on the snapshot; without a snapshot, the LSN before its creation
     * @param snapshot the file that it rests on, or null if it has none
     * @param unlogged whether the file holds changes that were never logged
     * @throws IllegalArgumentException if the name is empty or has a lone surrogate, the LSN is negative, or changes are
     *     said to be in no file
     */
    public ManifestTree {
        Objects.requireNonNull(name, "name");
        if (name.isEmpty()
                || !StandardCharsets.UTF_8.newEncoder().canEncode(name)
                || lsn < 0
                || unlogged && snapshot == null) {
            throw new IllegalArgumentException("not a tree of a manifest: name=" + name + ", lsn=" + lsn);
        }
    }

    /**
     * Names a tree whose changes are all in the log, or were.
     *
     * @param name its true name
     * @param lsn commands above this LSN are to be replayed on the snapshot; without a snapshot, the LSN before its creation
     * @param snapshot the file that it rests on, or null if it has none
     */
    public ManifestTree(String name, long lsn, SnapshotFile snapshot) {
        this(name, lsn, snapshot, false);
    }
}
