package io.karmadb.engine;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.RestoreReport;
import io.karmadb.counter.OffHeapSupport;
import io.karmadb.disk.Disk;
import io.karmadb.disk.RealDisk;
import io.karmadb.wal.WriteAheadLog;
import java.time.Duration;
import java.util.List;

/** Opens stores. */
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
        return open(options, disk, WriteAheadLog::open);
    }

    /**
     * Opens a store whose log has the smallest buffers there can be: for many short-lived stores, as in tests of crashes.
     *
     * @param options how
     * @param disk the way to its files
     * @return an open store
     */
    public static KarmaStore openSmall(KarmaOptions options, Disk disk) {
        return open(options, disk, WriteAheadLog::openSmall);
    }

    private static KarmaStore open(KarmaOptions options, Disk disk, LogOpener logOpener) {
        if (options.history() == HistoryKind.OFF_HEAP) {
            OffHeapSupport.require();
        }
        DayClock clock = new DayClock(options.clock(), options.zone());
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
}
