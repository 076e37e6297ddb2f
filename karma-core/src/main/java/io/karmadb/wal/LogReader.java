package io.karmadb.wal;

import io.karmadb.CorruptionException;
import io.karmadb.RestoreException;
import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Reads a log back, and changes nothing on disk. Every line handed over was checked: it is whole, its CRC fits and its
 * LSN follows the one before. Reads large pieces; allocates nothing for a numbered line.
 */
public final class LogReader {
    private final Disk disk;
    private final Path directory;
    private final long afterLsn;
    private final long upToLsn;
    private final OlderLog older;
    private final LineHandler handler;

    /** The LSN that the log must reach. */
    private final long reach;

    /** The LSN of the next line; 0 while no file has been read. */
    private long nextLsn;

    /** The bare name of the file that was begun last; null while none was. */
    private String previous;

    private long currentFirstLsn;
    private long handedOver;
    private long bytes;
    private long currentForcedBytes;
    private long reserveOffset = -1;
    private OlderFile olderFile;
    private TornTail torn;

    private LogReader(
            Disk disk,
            Path directory,
            long afterLsn,
            long mustReach,
            long upToLsn,
            OlderLog older,
            LineHandler handler) {
        this.disk = disk;
        this.directory = directory;
        this.afterLsn = afterLsn;
        this.upToLsn = upToLsn;
        this.older = older;
        this.handler = handler;
        long asked = upToLsn == Long.MAX_VALUE ? mustReach : Math.max(mustReach, upToLsn);
        long neededOlder = older == null || afterLsn >= older.lines() ? 0 : older.lines();
        reach = Math.max(Math.max(asked, afterLsn), neededOlder);
    }

    /**
     * Reads a directory's log.
     *
     * @param disk where
     * @param directory the directory; its log may be appended to meanwhile if {@code upToLsn} is given, but not rotated
     * @param afterLsn lines at or below this LSN are not needed and not handed over; files that lie wholly at or below
     *     it are not read
     * @param mustReach the LSN that the log must reach and a torn tail must lie above, as the manifest says; 0 for none
     * @param upToLsn where to stop; what lies behind is not looked at. {@link Long#MAX_VALUE} for the end of the log
     * @param older what the manifest knows of the log of an older server, or null
     * @param olderAllowed whether there is no manifest, so that {@code karma.wal} must be that of an older server
     * @param handler receives the lines
     * @return where the log ends
     * @throws CorruptionException if the log does not hold what it must; also what the handler throws
     * @throws RestoreException if log and manifest do not belong together
     * @throws StorageException if a file cannot be read
     */
    public static LogEnd read(
            Disk disk,
            Path directory,
            long afterLsn,
            long mustReach,
            long upToLsn,
            OlderLog older,
            boolean olderAllowed,
            LineHandler handler)
            throws CorruptionException, RestoreException, StorageException {
        LogReader reader = new LogReader(disk, directory, afterLsn, mustReach, upToLsn, older, handler);
        try {
            LogFiles files = LogFiles.list(disk, directory);
            if (olderAllowed) {
                return reader.readUnknown(files);
            }
            if (upToLsn > afterLsn) {
                reader.readKnown(files);
            }
            return reader.end(null);
        } catch (IOException e) {
            throw new StorageException("Cannot read the write-ahead log: directory=" + directory + ": " + e, e);
        }
    }

    /**
     * Tells from where on the log has lines.
     *
     * @param disk where
     * @param directory the directory
     * @param lastLsn an LSN that the log reaches
     * @return the LSN before the first line that is there; {@code lastLsn} if there is none
     * @throws StorageException if a file cannot be read
     */
    public static long reachesBackTo(Disk disk, Path directory, long lastLsn) throws StorageException {
        try {
            LogFiles files = LogFiles.list(disk, directory);
            if (!files.segments().isEmpty()) {
                return files.segments().get(0) - 1;
            }
            long first =
                    files.hasCurrent() ? new NumberedFile(disk, directory, LogFiles.CURRENT, line -> {}).firstLsn() : 0;
            return first > 0 ? first - 1 : lastLsn;
        } catch (IOException e) {
            throw new StorageException("Cannot read the write-ahead log: directory=" + directory + ": " + e, e);
        }
    }

    /** Without a manifest: the log of an older server, or none. */
    private LogEnd readUnknown(LogFiles files) throws IOException {
        if (!files.segments().isEmpty()) {
            throw OlderFile.manifestLost(
                    path(LogFiles.segmentName(files.segments().get(0))));
        }
        if (!files.hasCurrent()) {
            return end(null);
        }
        olderFile = new OlderFile(disk, directory, LogFiles.CURRENT, afterLsn, handler);
        torn = olderFile.readUnknown();
        addOlder(true);
        return end(olderFile.lines() == 0 ? null : disk.lastModified(path(LogFiles.CURRENT)));
    }

    /** With a manifest: lines of ours, and in the first file perhaps those that were converted. */
    private void readKnown(LogFiles files) throws IOException {
        if (isOlderStillCurrent(files)) {
            olderFile = new OlderFile(disk, directory, LogFiles.CURRENT, afterLsn, handler);
            torn = olderFile.readKnown(older, true);
            addOlder(true);
        } else {
            long firstLsnOfCurrent =
                    files.hasCurrent() ? numberedFile(LogFiles.CURRENT).firstLsn() : 0;
            readSegments(files.segments(), firstLsnOfCurrent);
            if (files.hasCurrent() && nextLsn <= upToLsn) {
                readCurrent(files.segments(), firstLsnOfCurrent);
            }
        }
        if (nextLsn <= upToLsn && lastLsn() < reach) {
            throw new CorruptionException(
                    path(LogFiles.CURRENT),
                    files.hasCurrent() ? disk.size(path(LogFiles.CURRENT)) : 0,
                    "a log that reaches LSN " + reach,
                    "the end of the log after LSN " + lastLsn());
        }
    }

    private boolean isOlderStillCurrent(LogFiles files) throws IOException {
        return older != null
                && files.segments().isEmpty()
                && files.hasCurrent()
                && isOlderCurrent(disk, directory, older, afterLsn);
    }

    /** Says whether {@code karma.wal}, beside which there are no segments, is the older server's log. */
    static boolean isOlderCurrent(Disk disk, Path directory, OlderLog older, long afterLsn) throws IOException {
        if (older.lines() == 0) { // nothing but a torn tail, if it has not been cut off yet
            return new NumberedFile(disk, directory, LogFiles.CURRENT, line -> {}).isForeign();
        }
        return afterLsn < older.lines()
                || new OlderFile(disk, directory, LogFiles.CURRENT, afterLsn, line -> {}).matches(older);
    }

    private void readSegments(List<Long> firstLsns, long firstLsnOfCurrent) throws IOException {
        for (int i = 0; i < firstLsns.size() && nextLsn <= upToLsn; i++) {
            long following = i + 1 < firstLsns.size() ? firstLsns.get(i + 1) : firstLsnOfCurrent;
            if (nextLsn > 0 || following == 0 || following > afterLsn + 1) {
                readSegment(firstLsns.get(i));
            }
        }
    }

    private void readSegment(long firstLsn) throws IOException {
        String name = LogFiles.segmentName(firstLsn);
        begin(name, firstLsn);
        if (older != null && older.lines() > 0 && firstLsn == 1) {
            olderFile = new OlderFile(disk, directory, name, afterLsn, handler);
            olderFile.readKnown(older, false);
            addOlder(false);
        } else {
            NumberedFile file = numberedFile(name);
            file.read(firstLsn, true, afterLsn, upToLsn, -1);
            add(file);
            if (file.goodLines() == 0) {
                throw LogLine.corrupt(path(name), 0, 1, "LSN " + firstLsn, "an empty file");
            }
        }
    }

    private void readCurrent(List<Long> segments, long firstLsn) throws IOException {
        boolean known = nextLsn > 0 || firstLsn > 0;
        if (firstLsn > 0) {
            begin(LogFiles.CURRENT, firstLsn);
            if (!segments.isEmpty() && segments.get(segments.size() - 1) >= firstLsn) {
                throw LogLine.corrupt(
                        path(LogFiles.CURRENT),
                        0,
                        1,
                        "an LSN above that of the last segment, " + segments.get(segments.size() - 1),
                        "LSN " + firstLsn);
            }
        } else if (nextLsn == 0) {
            nextLsn = afterLsn + 1;
        }
        NumberedFile file = numberedFile(LogFiles.CURRENT);
        torn = file.read(nextLsn, known, afterLsn, upToLsn, reach);
        add(file);
        currentForcedBytes = file.forcedBytes();
        reserveOffset = file.reserveOffset();
        currentFirstLsn = file.goodLines() == 0 ? 0 : nextLsn - file.goodLines();
    }

    /** Checks that a file follows the one before, or that nothing before the first one is needed. */
    private void begin(String name, long firstLsn) {
        if (nextLsn == 0 ? firstLsn > afterLsn + 1 : firstLsn != nextLsn) {
            throw LogLine.outOfOrder(path(name), nextLsn == 0 ? afterLsn + 1 : nextLsn, previous, firstLsn);
        }
        previous = name;
        nextLsn = firstLsn;
    }

    private void add(NumberedFile file) {
        nextLsn = file.nextLsn();
        handedOver += file.handedOver();
        bytes += file.goodBytes();
    }

    private void addOlder(boolean current) {
        nextLsn = olderFile.lines() + 1;
        handedOver += olderFile.handedOver();
        bytes += olderFile.bytes();
        currentFirstLsn = current && olderFile.lines() > 0 ? 1 : 0;
    }

    /**
     * Returns the last LSN. Where {@code karma.wal} is empty, a last segment may end below what is needed: the ones
     * after it have been deleted, and only its own deletion was lost in a crash.
     */
    private long lastLsn() {
        return currentFirstLsn > 0 ? nextLsn - 1 : Math.max(nextLsn - 1, afterLsn);
    }

    private LogEnd end(Instant olderLastModified) {
        long last = lastLsn();
        return new LogEnd(
                last,
                handedOver,
                olderFile == null ? 0 : olderFile.lines(),
                olderFile == null ? 0 : olderFile.bytes(),
                olderFile == null ? 0 : olderFile.crc(),
                olderLastModified,
                currentFirstLsn > 0 ? currentFirstLsn : last + 1,
                currentForcedBytes,
                reserveOffset,
                bytes,
                torn);
    }

    private NumberedFile numberedFile(String name) {
        return new NumberedFile(disk, directory, name, handler);
    }

    private Path path(String name) {
        return disk.resolve(directory, name);
    }
}
