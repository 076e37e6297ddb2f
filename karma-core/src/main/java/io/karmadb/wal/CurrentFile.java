package io.karmadb.wal;

import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;

/**
 * {@code karma.wal}, the file that lines are appended to, and its replacement by a new one. Used by one thread at a
 * time.
 *
 * <p><b>Invariant:</b> every byte before the offset has been written; after a failed write the next one starts at the
 * same byte. Behind the offset there are zeros, if anything.
 *
 * <p><b>Reserve:</b> writing over zeros that have been forced leaves the file's size and blocks as they are, so that a force
 * has nothing to put into the file system's journal: it takes two thirds of the time. After a crash the zeros are still
 * there, and mean the end of the log; otherwise they are cut off.
 */
final class CurrentFile implements Closeable {
    /** Bounds the memory outside the heap into which the JDK copies an array before it writes it. */
    static final int CHUNK_BYTES = 256 * 1024;

    private static final byte[] ZEROS = new byte[16 * 1024];

    private final Disk disk;
    private final Path directory;
    private final Path path;
    private final Path temporary;

    private DiskFile file;
    private long offset;

    /** Where the zeros end, the offset or behind it; the file is no longer than that. */
    private long reservedTo;

    private boolean dirty;

    CurrentFile(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
        path = disk.resolve(directory, LogFiles.CURRENT);
        temporary = disk.resolve(directory, LogFiles.TEMPORARY);
    }

    /**
     * Goes on in the file that is there, whose last line is good; gives that its line end if it has none. All of it is
     * forced on return: it has been read and is about to be served.
     */
    void goOn() throws IOException {
        file = disk.open(path, Disk.Mode.WRITE);
        offset = file.size();
        reservedTo = offset;
        ByteBuffer last = ByteBuffer.allocate(1);
        if (offset > 0 && file.read(last, offset - 1) == 1 && last.get(0) != '\n') {
            write(new byte[] {'\n'}, 0, 1);
        }
        beginForce();
        force();
        disk.forceDirectory(directory);
    }

    /**
     * Starts a new file where none is open; one that is there becomes a segment, untouched, or is replaced if it is
     * empty.
     *
     * @param firstLsn the first LSN in the file that is there
     * @return the size of the segment, 0 if there was nothing to keep
     */
    long startNew(long firstLsn) throws IOException {
        long bytes = 0;
        if (disk.exists(path)) {
            try (DiskFile existing = disk.open(path, Disk.Mode.WRITE)) {
                existing.force();
                bytes = existing.size();
            }
        }
        offset = bytes;
        reservedTo = bytes;
        replace(prepare(firstLsn), firstLsn);
        return bytes;
    }

    /**
     * Makes the empty file that is to become {@code karma.wal}. A failure has changed nothing.
     *
     * @param firstLsn the first LSN in the present file
     * @return the open file, for {@link #replace}
     */
    DiskFile prepare(long firstLsn) throws IOException {
        Path segment = segment(firstLsn);
        if (offset > 0 && disk.exists(segment)) {
            throw new FileAlreadyExistsException(segment.toString());
        }
        if (disk.exists(temporary)) {
            disk.delete(temporary); // of a rotation that could not be begun
        }
        return disk.open(temporary, Disk.Mode.CREATE);
    }

    /**
     * Turns the present file, which has been forced, into a segment, and a prepared file into {@code karma.wal}. On
     * return that survives a crash; a crash in between leaves what {@link LogFiles#finishRotation} completes.
     */
    void replace(DiskFile prepared, long firstLsn) throws IOException {
        assert !dirty;
        try {
            trim();
            prepared.force();
            if (offset > 0) {
                disk.rename(path, segment(firstLsn));
            }
            disk.forceDirectory(directory);
            disk.rename(temporary, path);
            disk.forceDirectory(directory);
        } catch (IOException | RuntimeException e) {
            prepared.close();
            throw e;
        }
        DiskFile old = file;
        file = prepared;
        offset = 0;
        reservedTo = 0;
        if (old != null) {
            old.close();
        }
    }

    /**
     * Writes some of a range of bytes after what has been written so far.
     *
     * @return how many
     */
    int write(byte[] bytes, int from, int to) throws IOException {
        dirty = true; // also if it fails: what of it has reached the file is unknown
        ByteBuffer chunk = ByteBuffer.wrap(bytes, from, Math.min(to - from, CHUNK_BYTES));
        int written = file.write(chunk, offset);
        if (written <= 0) {
            throw new IOException("a write made no progress: file=" + path + ", offset=" + offset);
        }
        offset += written;
        reservedTo = Math.max(reservedTo, offset);
        return written;
    }

    /** Says whether the next write makes the file longer. */
    boolean isReserveUsedUp() {
        return offset == reservedTo;
    }

    /**
     * Writes zeros behind what has been written; the next force makes them worth it.
     *
     * @throws IOException if they could not be written; some may have been, which does not matter
     */
    void reserve(int bytes) throws IOException {
        long at = reservedTo;
        reservedTo += bytes;
        while (at < reservedTo) {
            int written = file.write(ByteBuffer.wrap(ZEROS, 0, (int) Math.min(ZEROS.length, reservedTo - at)), at);
            if (written <= 0) {
                throw new IOException("a write made no progress: file=" + path + ", offset=" + at);
            }
            at += written;
        }
    }

    /** Cuts off what is reserved, all else having been forced. On return that survives a crash. */
    void trim() throws IOException {
        if (reservedTo > offset) {
            file.truncate(offset);
            file.force();
            reservedTo = offset;
        }
    }

    /** Notes that all that is written so far is about to be forced; what is written later is not. */
    void beginForce() {
        dirty = false;
    }

    /** Forces what has been written. Others may write meanwhile. */
    void force() throws IOException {
        file.forceContent();
    }

    /**
     * Checks that the file is still the one that a restart would read: a file that somebody has deleted or moved takes
     * what is written, and forces it, without any error.
     */
    void requireInPlace() throws IOException {
        if (!file.isAt(path)) {
            throw new IOException("the log is no longer where it was; was the directory deleted, moved or replaced?"
                    + " file=" + path);
        }
    }

    /** Says whether something has been written since the last force. */
    boolean isDirty() {
        return dirty;
    }

    /** Returns how much has been written. */
    long bytes() {
        return offset;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    private Path segment(long firstLsn) {
        return disk.resolve(directory, LogFiles.segmentName(firstLsn));
    }
}
