package io.karmadb.wal;

import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;

/**
 * Prepares the end of a log that has been read to be relied on and written after: cuts a torn tail off, and secures what
 * is left. Nothing that was ever in a log is deleted: what is cut off is kept beside it, but for zeros that no line was
 * written over yet.
 */
public final class LogRepair {
    private static final int CHUNK_BYTES = 256 * 1024;

    private LogRepair() {}

    /**
     * Keeps a torn tail in {@code karma.wal.<LSN>.torn}, then cuts it off. On return both survive a crash; after a
     * crash in between it can be done again.
     *
     * @param disk where
     * @param directory the directory, whose log is not open
     * @param torn what {@link LogReader} has found
     * @return the name of the file that keeps it: with a number more if there is such a file already
     * @throws StorageException if that is not possible; the tail is then still there
     */
    public static String cut(Disk disk, Path directory, TornTail torn) throws StorageException {
        Path log = disk.resolve(directory, torn.file());
        try (DiskFile file = disk.open(log, Disk.Mode.WRITE)) {
            String kept = keep(disk, directory, file, torn);
            disk.forceDirectory(directory);
            file.truncate(torn.offset());
            file.force();
            return kept;
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot cut a torn tail off the log: file=" + log + ", offset=" + torn.offset() + ": " + e, e);
        }
    }

    /**
     * Cuts off what was reserved for lines to come, and makes what has been read survive a crash: until now it may have been
     * in the memory of the operating system only.
     * What is not known to have been forced is written again, in place, and forced; for after a force that failed the
     * system shows what was written, and no later force would ever bring that to the device. To be called before anything
     * relies on the log's end; a crash in between leaves the same bytes.
     *
     * @param disk where
     * @param directory the directory, whose log is not open
     * @param end what {@link LogReader} has found
     * @throws StorageException if that is not sure
     */
    public static void secure(Disk disk, Path directory, LogEnd end) throws StorageException {
        Path log = disk.resolve(directory, LogFiles.CURRENT);
        try {
            if (disk.exists(log)) {
                try (DiskFile file = disk.open(log, Disk.Mode.WRITE)) {
                    if (end.reserveOffset() >= 0) {
                        file.truncate(end.reserveOffset());
                    }
                    if (end.olderLastModified() == null) { // else the file's time of last change is its lines' day
                        rewrite(file, end.currentForcedBytes());
                    }
                    file.force();
                }
            }
            disk.forceDirectory(directory);
        } catch (IOException e) {
            throw new StorageException("Cannot force the end of the log: file=" + log + ": " + e, e);
        }
    }

    private static void rewrite(DiskFile file, long offset) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        long at = offset;
        while (file.read(chunk.clear(), at) > 0) {
            chunk.flip();
            while (chunk.hasRemaining()) {
                at += file.write(chunk, at);
            }
        }
    }

    private static String keep(Disk disk, Path directory, DiskFile log, TornTail torn) throws IOException {
        for (int attempt = 1; ; attempt++) {
            String name = LogFiles.CURRENT + '.' + torn.lsn() + (attempt == 1 ? "" : "." + attempt) + ".torn";
            Path copyPath = disk.resolve(directory, name);
            if (disk.exists(copyPath)) {
                continue;
            }
            try (DiskFile copy = disk.open(copyPath, Disk.Mode.CREATE)) {
                copy(log, torn.offset(), torn.length(), copy);
                copy.force();
                return name;
            } catch (FileAlreadyExistsException e) {
                assert attempt < Integer.MAX_VALUE : "made since it was looked for, so the next number is tried";
            }
        }
    }

    private static void copy(DiskFile from, long offset, long length, DiskFile to) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        long copied = 0;
        while (copied < length
                && from.read(chunk.clear().limit((int) Math.min(CHUNK_BYTES, length - copied)), offset + copied) > 0) {
            chunk.flip();
            while (chunk.hasRemaining()) {
                copied += to.write(chunk, copied);
            }
        }
    }
}
