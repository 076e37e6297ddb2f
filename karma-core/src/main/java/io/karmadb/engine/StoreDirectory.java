package io.karmadb.engine;

import io.karmadb.DirectoryLockedException;
import io.karmadb.SnapshotInfo;
import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import io.karmadb.logging.Loggers;
import io.karmadb.snapshot.ManifestFile;
import io.karmadb.snapshot.SnapshotCatalog;
import io.karmadb.wal.LogFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;

/** A directory that this store has locked, and the ways to what is in it. */
final class StoreDirectory implements AutoCloseable {
    private static final Logger LOG = Loggers.of(StoreDirectory.class);

    static final String LOCK_FILE = "karma.lock";

    private final Disk disk;
    private final Path path;
    private final Closeable lock;
    private final ManifestFile manifestFile;
    private final SnapshotCatalog catalog;

    private StoreDirectory(Disk disk, Path path, Closeable lock) {
        this.disk = disk;
        this.path = path;
        this.lock = lock;
        this.manifestFile = new ManifestFile(disk, path);
        this.catalog = new SnapshotCatalog(disk, path);
    }

    /**
     * Locks a directory, making it if it is missing.
     *
     * @throws DirectoryLockedException if somebody else has it
     * @throws StorageException if it cannot be made or locked
     */
    static StoreDirectory lock(Disk disk, Path directory) throws DirectoryLockedException, StorageException {
        Path path = directory.toAbsolutePath().normalize();
        Closeable lock;
        try {
            disk.createDirectory(path);
            lock = disk.tryLock(disk.resolve(path, LOCK_FILE));
        } catch (IOException e) {
            throw new StorageException("Cannot use the directory: directory=" + path + ", error=" + e, e);
        }
        if (lock == null) {
            throw new DirectoryLockedException(
                    "The directory is open in another process, or in another store of this one: directory=" + path);
        }
        return new StoreDirectory(disk, path, lock);
    }

    Disk disk() {
        return disk;
    }

    Path path() {
        return path;
    }

    ManifestFile manifestFile() {
        return manifestFile;
    }

    SnapshotCatalog catalog() {
        return catalog;
    }

    /** Returns what a manifest that is written now says of older servers' snapshot files. */
    long seen(DayClock clock) {
        return catalog.newestOfOthers(Math.max(0, clock.seconds()));
    }

    /** Says whether there is a WAL segment whose first LSN is this one. */
    boolean hasSegmentOf(long firstLsn) {
        return disk.exists(disk.resolve(path, LogFiles.segmentName(firstLsn)));
    }

    /**
     * Forces files that somebody else has written, before the manifest or the log relies on them: what has been read of
     * them may so far be in the memory of the operating system only.
     *
     * @param names bare names of files that exist
     * @throws StorageException if that is not sure
     */
    void force(Iterable<String> names) throws StorageException {
        try {
            for (String name : names) {
                force(disk.resolve(path, name));
            }
            disk.forceDirectory(path);
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot force files: directory=" + path + ", files=" + names + ", error=" + e, e);
        }
    }

    /**
     * Forces the directory itself, before anything is changed because of what has been read here: a file that somebody
     * else has renamed may have its new name so far in the memory of the operating system only.
     *
     * @throws StorageException if that is not sure
     */
    void forceEntries() throws StorageException {
        force(List.of());
    }

    /** Forces all snapshot files, whether a tree rests on them or not: they can be loaded later. */
    void forceSnapshots() throws StorageException {
        force(catalog.list().stream().map(SnapshotInfo::name).toList());
    }

    private void force(Path file) throws IOException {
        try (DiskFile open = disk.open(file, Disk.Mode.WRITE)) {
            open.force();
        } catch (AccessDeniedException readOnly) { // most systems force a file that is open for reading only, too
            try (DiskFile open = disk.open(file, Disk.Mode.READ)) {
                open.force();
            }
        }
    }

    /** Deletes the temporary files that a crash has left. */
    void sweep() {
        swept(catalog.sweepTemporary());
        if (manifestFile.sweep()) {
            swept(List.of(ManifestFile.TEMPORARY_NAME));
        }
        swept(LogFiles.sweep(disk, path));
    }

    private static void swept(Iterable<String> names) {
        for (String name : names) {
            LOG.atInfo()
                    .addKeyValue("event", "restore.sweep")
                    .addKeyValue("file", name)
                    .log("Unfinished file of an earlier run deleted");
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new StorageException("Cannot give up the lock of the directory: directory=" + path, e);
        }
    }
}
