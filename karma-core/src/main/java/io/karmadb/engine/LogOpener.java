package io.karmadb.engine;

import io.karmadb.Durability;
import io.karmadb.disk.Disk;
import io.karmadb.wal.WriteAheadLog;
import java.nio.file.Path;

/** How a log is opened: {@link WriteAheadLog#open}, or the same with other sizes. */
interface LogOpener {
    WriteAheadLog open(
            Disk disk, Path directory, Durability durability, long lastLsn, long currentFirstLsn, boolean newFile);
}
