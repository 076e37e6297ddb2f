package io.karmadb.engine;

import io.karmadb.CheckReport;
import io.karmadb.DirectoryContents;
import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.ReadProgress;
import io.karmadb.RestoreReport;
import io.karmadb.StorageException;
import io.karmadb.counter.OffHeapSupport;
import io.karmadb.disk.Disk;
import io.karmadb.disk.RealDisk;
import io.karmadb.wal.LogRepair;
import io.karmadb.wal.TornTail;
import io.karmadb.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Opens stores, and checks directories that no store has open. */
public final class Engine {
    private Engine() {}

    /**
     * Opens a store on the file system of the operating system.
     *
     * @param options how
     * @return an open store
     */
    public static KarmaStore open(KarmaOptions options) {
        return open(options, new RealDisk());
    }

    /**
     * Opens a store.
     *
     * @param options how
     * @param disk the way to its files
     * @return an open store
     */
    public static KarmaStore open(KarmaOptions options, Disk disk) {
        Store store = open(options, disk, WriteAheadLog::open);
        store.startCheckpoints(options);
        return store;
    }

    /**
     * Opens a store whose log has the smallest buffers there can be, and that makes no checkpoint by itself: for many short-lived stores, as in tests of crashes.
     *
     * @param options how
     * @param disk the way to its files
     * @return an open store
     */
    public static KarmaStore openSmall(KarmaOptions options, Disk disk) {
        return open(options, disk, WriteAheadLog::openSmall);
    }

    private static Store open(KarmaOptions options, Disk disk, LogOpener logOpener) {
        if (options.history() == HistoryKind.OFF_HEAP) {
            OffHeapSupport.require();
        }
        DayClock clock = DayClock.of(options.clock(), options.zone());
        boolean opened = false;
        try {
            Store store = open(options, disk, logOpener, clock);
            opened = true;
            return store;
        } finally {
            if (!opened) {
                clock.close();
            }
        }
    }

    private static Store open(KarmaOptions options, Disk disk, LogOpener logOpener, DayClock clock) {
        if (options.directory().isEmpty()) {
            assert options.durability() == Durability.NONE;
            RestoreReport nothing = new RestoreReport(0, 0, 0, 0, 0, 0, List.of(), Duration.ZERO);
            Trees trees = new Trees(options.history(), CommandLog.none(0), null);
            return new Store(trees, clock, nothing, false, null, null, null);
        }
        StoreDirectory directory = StoreDirectory.lock(disk, options.directory().get());
        boolean opened = false;
        try {
            Store store = new Opening(directory, options, clock, logOpener).open();
            opened = true;
            return store;
        } finally {
            if (!opened) {
                directory.close();
            }
        }
    }

    /**
     * Checks a directory on the file system of the operating system.
     *
     * @param options names it
     * @param progress is told how far the check has got
     * @return what was found
     */
    public static CheckReport check(KarmaOptions options, ReadProgress progress) {
        return check(options, new RealDisk(), progress);
    }

    /**
     * Checks a directory.
     *
     * @param options names it
     * @param disk the way to its files
     * @param progress is told how far the check has got
     * @return what was found
     */
    public static CheckReport check(KarmaOptions options, Disk disk, ReadProgress progress) {
        Path directory = requireDirectory(options, disk);
        try (SharedLock lock = SharedLock.take(disk, directory)) {
            CheckReport report = new Inspection(disk, directory, options, progress).run();
            lock.requireUndisturbed();
            return report;
        }
    }

    /**
     * Checks a directory on the file system of the operating system, and cuts off a torn tail if nothing else is wrong.
     *
     * @param options names it
     * @param progress is told how far the check has got
     * @return what was found after that
     */
    public static CheckReport repair(KarmaOptions options, ReadProgress progress) {
        return repair(options, new RealDisk(), progress);
    }

    /**
     * Checks a directory, and cuts off a torn tail if nothing else is wrong.
     *
     * @param options names it
     * @param disk the way to its files
     * @param progress is told how far the check has got
     * @return what was found after that
     */
    public static CheckReport repair(KarmaOptions options, Disk disk, ReadProgress progress) {
        Path path = requireDirectory(options, disk); // before the lock, which would make it
        try (StoreDirectory directory = StoreDirectory.lock(disk, path)) {
            Inspection inspection = new Inspection(disk, path, options, progress);
            CheckReport found = inspection.run();
            TornTail torn = inspection.onlyTorn(found);
            if (torn == null) {
                return found;
            }
            String kept = LogRepair.cut(directory.disk(), directory.path(), torn);
            CheckReport after = new Inspection(disk, path, options, progress).run();
            return new CheckReport(
                    after.directory(), after.files(), after.restore(), after.problems(), kept, after.took());
        }
    }

    /**
     * Reads a directory on the file system of the operating system, changing nothing there.
     *
     * @param options names it
     * @param progress is told how far the reading has got
     * @return what it holds
     */
    public static DirectoryContents read(KarmaOptions options, ReadProgress progress) {
        return read(options, new RealDisk(), progress);
    }

    /**
     * Reads a directory, changing nothing there.
     *
     * @param options names it
     * @param disk the way to its files
     * @param progress is told how far the reading has got
     * @return what it holds
     */
    public static DirectoryContents read(KarmaOptions options, Disk disk, ReadProgress progress) {
        Path directory = requireDirectory(options, disk);
        try (SharedLock lock = SharedLock.take(disk, directory)) {
            ReadDirectory contents = ReadDirectory.of(disk, directory, options, progress);
            boolean undisturbed = false;
            try {
                lock.requireUndisturbed();
                undisturbed = true;
                return contents;
            } finally {
                if (!undisturbed) {
                    contents.close();
                }
            }
        }
    }

    private static Path requireDirectory(KarmaOptions options, Disk disk) {
        if (options.history() == HistoryKind.OFF_HEAP) {
            OffHeapSupport.require();
        }
        Path directory = options.directory()
                .orElseThrow(() -> new IllegalArgumentException("there is nothing to read without a directory"))
                .toAbsolutePath()
                .normalize();
        try {
            disk.list(directory);
            return directory;
        } catch (IOException e) {
            throw new StorageException(
                    "There is no directory that can be read: directory=" + directory + ", error=" + e, e);
        }
    }
}
