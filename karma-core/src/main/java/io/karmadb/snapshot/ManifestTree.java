package io.karmadb.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A living tree in the manifest.
 *
 * @param name its true name
 * @param lsn commands above this LSN are to be replayed on the snapshot; without a snapshot, the LSN before its creation
 * @param snapshot the file that it rests on, or null if it has none
 */
public record ManifestTree(String name, long lsn, SnapshotFile snapshot) {
    /**
     * Checks the values.
     *
     * @param name its true name
     * @param lsn commands above this LSN are to be replayed on the snapshot; without a snapshot, the LSN before its creation
     * @param snapshot the file that it rests on, or null if it has none
     * @throws IllegalArgumentException if the name is empty or has a lone surrogate, or the LSN is negative
     */
    public ManifestTree {
        Objects.requireNonNull(name, "name");
        if (name.isEmpty() || !StandardCharsets.UTF_8.newEncoder().canEncode(name) || lsn < 0) {
            throw new IllegalArgumentException("not a tree of a manifest: name=" + name + ", lsn=" + lsn);
        }
    }
}
