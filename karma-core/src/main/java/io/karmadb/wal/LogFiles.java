package io.karmadb.wal;

import io.karmadb.CorruptionException;
import io.karmadb.RestoreException;
import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The log files that a directory holds, as of one look at it: segments by their first LSN, then {@code karma.wal}.
 * Immutable. Files of any other name are nobody's business here.
 */
public final class LogFiles {
    /** The file that lines are appended to. */
    public static final String CURRENT = "karma.wal";

    static final String TEMPORARY = "karma.wal.tmp";
    static final String BALLAST = "karma.ballast";

    private static final String SEGMENT_PREFIX = "karma.wal.";
    private static final String SEGMENT_SUFFIX = ".segment";

    /** The names that {@link LogRepair#cut} gives. */
    private static final Pattern TORN = Pattern.compile("karma\\.wal\\.[1-9][0-9]*(\\.[1-9][0-9]*)?\\.torn");

    private final List<Long> segments;
    private final boolean current;
    private final boolean temporary;
    private final long bytes;

    private LogFiles(List<Long> segments, boolean current, boolean temporary, long bytes) {
        this.segments = segments;
        this.current = current;
        this.temporary = temporary;
        this.bytes = bytes;
    }

    /**
     * Looks at a directory, which is not changed.
     *
     * @param disk where
     * @param directory the directory, which must exist
     * @return what is there
     * @throws RestoreException if something that is no regular file has the name of a log file
     * @throws StorageException if the directory cannot be read
     */
    public static LogFiles list(Disk disk, Path directory) throws RestoreException, StorageException {
        try {
            List<Long> segments = new ArrayList<>();
            boolean current = false;
            boolean temporary = false;
            long bytes = 0;
            for (String name : disk.list(directory)) {
                long firstLsn = firstLsn(name);
                temporary |= name.equals(TEMPORARY);
                if (firstLsn > 0 || name.equals(CURRENT)) {
                    Path file = disk.resolve(directory, name);
                    requireRegular(disk, file);
                    bytes += disk.size(file);
                    if (firstLsn > 0) {
                        segments.add(firstLsn);
                    } else {
                        current = true;
                    }
                }
            }
            segments.sort(null);
            return new LogFiles(List.copyOf(segments), current, temporary, bytes);
        } catch (IOException e) {
            throw new StorageException("Cannot list the log files: directory=" + directory + ": " + e, e);
        }
    }

    /** Refuses a directory, or anything else that cannot be read as a file, by the name of a log file. */
    static void requireRegular(Disk disk, Path file) throws RestoreException {
        if (!disk.isRegularFile(file)) {
            throw new RestoreException(
                    "Not a regular file, though it has the name of a log file; move it away: file=" + file,
                    new CorruptionException(file, -1, "a regular file", "something else by the name of a log file"));
        }
    }

    /** What a file of a log is for. */
    public enum Kind {
        /** {@code karma.wal}. */
        CURRENT,
        /** A WAL segment. */
        SEGMENT,
        /** What was cut off after a crash. */
        TORN,
        /** The next {@code karma.wal}, which a crash in a rotation leaves behind. */
        TEMPORARY,
        /** Space held back for a full disk. */
        BALLAST
    }

    /**
     * Tells what a file is for.
     *
     * @param name its bare name
     * @return what a file of that name is for, or empty if it is none of a log
     */
    public static Optional<Kind> kind(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case CURRENT -> Kind.CURRENT;
                    case TEMPORARY -> Kind.TEMPORARY;
                    case BALLAST -> Kind.BALLAST;
                    default ->
                        firstLsn(name) > 0 ? Kind.SEGMENT : TORN.matcher(name).matches() ? Kind.TORN : null;
                });
    }

    /**
     * Says whether there is any log file.
     *
     * @return whether there are segments or {@code karma.wal}, even if empty
     */
    public boolean any() {
        return current || !segments.isEmpty();
    }

    /**
     * Returns the names of the log files.
     *
     * @return segments by their first LSN, then {@code karma.wal} if it is there
     */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        segments.forEach(firstLsn -> names.add(segmentName(firstLsn)));
        if (current) {
            names.add(CURRENT);
        }
        return names;
    }

    /**
     * Returns the size of the log files.
     *
     * @return bytes
     */
    public long bytes() {
        return bytes;
    }

    /**
     * Says whether a crash has interrupted a rotation after {@code karma.wal} had become a segment, or before there
     * was one.
     *
     * @return whether {@link #finishRotation} has something to do
     */
    public boolean unfinishedRotation() {
        return temporary && !current;
    }

    /** Returns the first LSNs of the segments, ascending. */
    List<Long> segments() {
        return segments;
    }

    /** Says whether there is a {@code karma.wal}. */
    boolean hasCurrent() {
        return current;
    }

    /**
     * Completes an unfinished rotation: {@code karma.wal.tmp} becomes {@code karma.wal}, which survives a crash on
     * return. To be called after the log has been read. Does nothing if there is none.
     *
     * @param disk where
     * @param directory the directory
     * @throws StorageException if that is not possible
     */
    public static void finishRotation(Disk disk, Path directory) throws StorageException {
        if (!list(disk, directory).unfinishedRotation()) {
            return;
        }
        requireFinishable(disk, directory);
        Path temporary = disk.resolve(directory, TEMPORARY);
        try {
            disk.rename(temporary, disk.resolve(directory, CURRENT));
            disk.forceDirectory(directory);
        } catch (IOException e) {
            throw new StorageException("Cannot finish the rotation of the log: file=" + temporary + ": " + e, e);
        }
    }

    /**
     * Checks that {@link #finishRotation} can be done.
     *
     * @param disk where
     * @param directory the directory
     * @throws StorageException if it cannot, and if that cannot be told
     */
    public static void requireFinishable(Disk disk, Path directory) throws StorageException {
        if (!list(disk, directory).unfinishedRotation()) {
            return;
        }
        Path temporary = disk.resolve(directory, TEMPORARY);
        long size;
        try {
            size = disk.size(temporary);
        } catch (IOException e) {
            throw new StorageException("Cannot finish the rotation of the log: file=" + temporary + ": " + e, e);
        }
        if (size != 0) { // no line is written before the file has its final name
            throw new StorageException(
                    "The next log file must be empty; move it away: file=" + temporary + ", bytes=" + size,
                    new CorruptionException(temporary, 0, "an empty file", size + " bytes"));
        }
    }

    /**
     * Deletes the log: segments, oldest first, then {@code karma.wal}, and what belongs to them. To be called once the
     * manifest says that the log is off. Survives a crash on return; called again after one, it goes on.
     *
     * @param disk where
     * @param directory the directory
     * @throws StorageException if that is not possible
     */
    public static void deleteAll(Disk disk, Path directory) throws StorageException {
        List<String> names = new ArrayList<>(list(disk, directory).names());
        names.add(TEMPORARY);
        names.add(BALLAST);
        delete(disk, directory, names);
    }

    /**
     * Deletes files that an earlier process has left behind and nobody needs: a {@code karma.wal.tmp} beside
     * {@code karma.wal}, and {@code karma.ballast}.
     *
     * @param disk where
     * @param directory the directory, whose log is not open
     * @return the names of the files deleted
     * @throws StorageException if that is not possible
     */
    public static List<String> sweep(Disk disk, Path directory) throws StorageException {
        List<String> names = new ArrayList<>();
        if (list(disk, directory).hasCurrent()) {
            names.add(TEMPORARY);
        }
        names.add(BALLAST);
        return delete(disk, directory, names);
    }

    private static List<String> delete(Disk disk, Path directory, List<String> names) {
        List<String> deleted = new ArrayList<>();
        try {
            for (String name : names) {
                Path file = disk.resolve(directory, name);
                if (disk.exists(file)) {
                    disk.delete(file);
                    deleted.add(name);
                }
            }
            if (!deleted.isEmpty()) {
                disk.forceDirectory(directory);
            }
            return deleted;
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot delete files of the log: directory=" + directory + ", deleted=" + deleted + ": " + e, e);
        }
    }

    /**
     * Returns the name of a segment.
     *
     * @param firstLsn the LSN of its first line
     * @return its bare name
     */
    public static String segmentName(long firstLsn) {
        return SEGMENT_PREFIX + firstLsn + SEGMENT_SUFFIX;
    }

    /** Returns the first LSN that a segment's name tells, 0 for any other name. */
    static long firstLsn(String name) {
        if (!name.startsWith(SEGMENT_PREFIX) || !name.endsWith(SEGMENT_SUFFIX)) {
            return 0;
        }
        String digits = name.substring(
                SEGMENT_PREFIX.length(), Math.max(SEGMENT_PREFIX.length(), name.length() - SEGMENT_SUFFIX.length()));
        if (!digits.matches("[1-9][0-9]{0,18}")) {
            return 0;
        }
        long firstLsn = Long.parseUnsignedLong(digits); // 19 digits fit in 64 bits, though not always in 63
        return Math.max(firstLsn, 0);
    }
}
