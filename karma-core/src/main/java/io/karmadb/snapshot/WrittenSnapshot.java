package io.karmadb.snapshot;

/**
 * A snapshot that was written and forced, and still has its temporary name.
 *
 * @param file what it will be, once published
 * @param keys the number of keys in it
 * @param lastLsn the highest LSN whose command it can hold, at least the snapshot's own: the log has to be forced up to it
 *     before the file is published
 */
public record WrittenSnapshot(SnapshotFile file, long keys, long lastLsn) {}
