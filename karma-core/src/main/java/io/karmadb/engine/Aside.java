package io.karmadb.engine;

import io.karmadb.CorruptionException;
import io.karmadb.SnapshotInfo;
import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import io.karmadb.logging.Loggers;
import io.karmadb.snapshot.Manifest;
import io.karmadb.snapshot.ManifestFile;
import io.karmadb.snapshot.ManifestOlderLog;
import io.karmadb.snapshot.ManifestTree;
import io.karmadb.wal.LogEnd;
import io.karmadb.wal.LogFiles;
import io.karmadb.wal.LogLine;
import io.karmadb.wal.LogReader;
import io.karmadb.wal.LogRepair;
import io.karmadb.wal.OlderLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;

/**
 * Sets aside what a directory holds, when a store that was opened without restoring it is about to write its first
 * command: everything that a restore would read is linked or copied into a directory of its own, which is a data directory in
 * itself; then a manifest without trees takes the place of the old one. That replacement is the moment from which on the
 * directory is the new store's: its LSN lies above every line of the old log, so none of them counts.
 */
final class Aside {
    private static final Logger LOG = Loggers.of(Aside.class);

    static final String PREFIX = "karma.aside.";
    private static final int CHUNK_BYTES = 256 * 1024;

    private final StoreDirectory directory;
    private final DayClock clock;

    Aside(StoreDirectory directory, DayClock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * Sets the data aside.
     *
     * @param logOn whether the new store has a log
     * @return the new manifest, which is on disk; no line of the log files that are still there counts any more
     * @throws CorruptionException if the old log cannot be read, so that its last LSN is not known; nothing was changed
     * @throws StorageException if the file system refuses; the old manifest still counts
     */
    Manifest begin(boolean logOn) throws CorruptionException, StorageException {
        Manifest old = directory.manifestFile().read().orElse(null);
        Set<String> needed = new LinkedHashSet<>();
        long lastLsn = 0;
        ManifestOlderLog older = null;
        if (old != null) {
            needed.add(ManifestFile.NAME);
            old.trees().stream()
                    .map(ManifestTree::snapshot)
                    .filter(file -> file != null)
                    .forEach(file -> needed.add(file.name()));
            lastLsn = old.lsn();
            older = old.olderLog();
        }
        for (SnapshotInfo info : directory.catalog().list()) {
            needed.add(info.name()); // also those that nothing rests on: the new store will prune them like its own
        }
        if (old == null || old.walOn()) {
            LogEnd end = scan(old, needed);
            lastLsn = Math.max(lastLsn, end.lastLsn());
            if (old == null && end.olderLines() > 0) {
                older = new ManifestOlderLog(end.olderLines(), end.olderBytes(), end.olderCrc(), olderDay(end));
            }
            needed.addAll(LogFiles.list(directory.disk(), directory.path()).names());
            if (old == null) {
                directory.force(needed); // which an older server never does
            } else {
                directory.forceEntries(); // a crash may have come between the renaming of the manifest and this
            }
            LogRepair.secure(directory.disk(), directory.path(), end); // the new manifest relies on the last LSN
        }
        if (!needed.isEmpty()) {
            keep(needed, old == null && older != null);
        }
        Manifest fresh = new Manifest(
                UUID.randomUUID().toString(),
                lastLsn,
                logOn,
                List.of(),
                older,
                directory.seen(clock),
                old == null ? List.of() : old.automatic());
        directory.manifestFile().replace(fresh);
        return fresh;
    }

    private LogEnd scan(Manifest old, Set<String> needed) {
        long after = 0;
        long reach = 0;
        OlderLog older = null;
        if (old != null) {
            reach = old.lsn();
            after = old.trees().stream().mapToLong(ManifestTree::lsn).reduce(reach, Math::min);
            ManifestOlderLog known = old.olderLog();
            older = known == null ? null : new OlderLog(known.lines(), known.bytes(), known.crc(), known.day());
        }
        LoggedCommand command = new LoggedCommand();
        return LogReader.read(
                directory.disk(),
                directory.path(),
                after,
                reach,
                Long.MAX_VALUE,
                older,
                old == null,
                (LogLine line) -> {
                    command.read(line);
                    if (command.loadedTree != null) {
                        needed.add(command.treeName);
                    }
                });
    }

    private int olderDay(LogEnd end) {
        return clock.dayOf(end.olderLastModified());
    }

    /**
     * Links or copies files into a new directory.
     *
     * @param olderLog whether the log is an older server's and no manifest tells its day: that is the day of the file's
     *     last change, which a copy would lose; and nobody appends to such a file
     */
    private void keep(Set<String> names, boolean olderLog) {
        Disk disk = directory.disk();
        try {
            Path aside = freeDirectory();
            disk.createDirectory(aside);
            for (String name : names) {
                Path from = disk.resolve(directory.path(), name);
                Path to = disk.resolve(aside, name);
                if (name.equals(LogFiles.CURRENT) && !olderLog) {
                    // After a crash the store of either directory may go on in its karma.wal.
                    copy(from, to);
                } else {
                    disk.link(from, to);
                }
            }
            disk.forceDirectory(aside);
            disk.forceDirectory(directory.path());
            LOG.atWarn()
                    .addKeyValue("event", "data.aside")
                    .addKeyValue("directory", aside.toString())
                    .addKeyValue("files", names.size())
                    .log("Earlier data, which was not restored, is set aside; it is a data directory in itself");
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot set the earlier data aside, so nothing is written: directory=" + directory.path()
                            + ", error=" + e,
                    e);
        }
    }

    private void copy(Path from, Path to) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        try (DiskFile source = directory.disk().open(from, Disk.Mode.READ);
                DiskFile copy = directory.disk().open(to, Disk.Mode.CREATE)) {
            long copied = 0;
            while (source.read(chunk.clear(), copied) > 0) {
                chunk.flip();
                while (chunk.hasRemaining()) {
                    copied += copy.write(chunk, copied);
                }
            }
            copy.force();
        }
    }

    private Path freeDirectory() {
        long seconds = clock.seconds();
        Path aside = directory.disk().resolve(directory.path(), PREFIX + seconds);
        while (directory.disk().exists(aside)) {
            seconds++;
            aside = directory.disk().resolve(directory.path(), PREFIX + seconds);
        }
        return aside;
    }
}
