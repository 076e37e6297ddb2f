package io.karmadb.wal;

import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;

/** The rotated files of a log that is open, oldest first. Safe for any number of threads. */
final class Segments {
    private record Segment(long firstLsn, long lastLsn, long bytes) {}

    private final Disk disk;
    private final Path directory;

    /** Guarded by this. */
    private final ArrayDeque<Segment> segments = new ArrayDeque<>();

    /** Guarded by this for writing. */
    private volatile long bytes;

    /** Guarded by this for writing. */
    private volatile int count;

    Segments(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /** Adds the newest segment. */
    synchronized void add(long firstLsn, long lastLsn, long size) {
        assert segments.isEmpty() || segments.getLast().lastLsn < firstLsn;
        segments.add(new Segment(firstLsn, lastLsn, size));
        bytes += size;
        count = segments.size();
    }

    /** Returns the size of all segments. */
    long bytes() {
        return bytes;
    }

    /** Returns how many there are. */
    int count() {
        return count;
    }

    /** Deletes what lies wholly at or below an LSN; see {@link WriteAheadLog#deleteThrough}. */
    synchronized long deleteThrough(long lsn) {
        long freed = 0;
        try {
            while (!segments.isEmpty() && segments.getFirst().lastLsn <= lsn) {
                Segment oldest = segments.getFirst();
                Path file = disk.resolve(directory, LogFiles.segmentName(oldest.firstLsn));
                if (disk.exists(file)) { // an earlier attempt may have failed after the deletion
                    disk.delete(file);
                    // Before the next one goes: should an older one come back, it would leave a gap behind it.
                    disk.forceDirectory(directory);
                }
                segments.removeFirst();
                count = segments.size();
                bytes -= oldest.bytes;
                freed += oldest.bytes;
            }
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot delete log segments that are no longer needed: directory=" + directory + ", throughLsn="
                            + lsn + ", bytesFreed=" + freed + ": " + e,
                    e);
        }
        return freed;
    }
}
