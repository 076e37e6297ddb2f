package io.karmadb.engine;

import io.karmadb.DirectoryLockedException;
import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Keeps stores from opening a directory while it is only read. Changes nothing there: where there is no lock file, none is
 * made, and {@link #requireUndisturbed} tells whether a store has come meanwhile.
 */
final class SharedLock implements AutoCloseable {
    private final Disk disk;
    private final Path directory;
    private final Path file;

    /** Null if there is no lock file. */
    private final Closeable lock;

    private SharedLock(Disk disk, Path directory, Path file, Closeable lock) {
        this.disk = disk;
        this.directory = directory;
        this.file = file;
        this.lock = lock;
    }

    /**
     * Takes the lock.
     *
     * @throws DirectoryLockedException if a store has the directory open
     * @throws StorageException if that cannot be told
     */
    static SharedLock take(Disk disk, Path directory) throws DirectoryLockedException, StorageException {
        Path file = disk.resolve(directory, StoreDirectory.LOCK_FILE);
        if (!disk.exists(file)) {
            return new SharedLock(disk, directory, file, null);
        }
        Closeable lock;
        try {
            lock = disk.tryLockShared(file);
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot tell whether the directory is in use: directory=" + directory + ", error=" + e, e);
        }
        if (lock == null) {
            throw new DirectoryLockedException("The directory is in use, so its files cannot be read: directory="
                    + directory + ". Stop the server first, or ask it: it can verify and export what it holds itself");
        }
        return new SharedLock(disk, directory, file, lock);
    }

    /**
     * Checks that no store can have come meanwhile.
     *
     * @throws DirectoryLockedException if one can
     */
    void requireUndisturbed() throws DirectoryLockedException {
        if (lock == null && disk.exists(file)) {
            throw new DirectoryLockedException("The directory was opened while it was read, so that what was found does"
                    + " not count: directory=" + directory + ". Stop the server and try again");
        }
    }

    @Override
    public void close() {
        if (lock == null) {
            return;
        }
        try {
            lock.close();
        } catch (IOException e) {
            throw new StorageException("Cannot give up the lock of the directory: directory=" + directory, e);
        }
    }
}
