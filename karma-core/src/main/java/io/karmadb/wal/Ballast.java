package io.karmadb.wal;

import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import io.karmadb.logging.Loggers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;

/**
 * A file that takes space while there is some, and gives it to the log when there is none: then the lines that have
 * already been accepted can still be written. Used by one thread at a time.
 */
final class Ballast {
    private static final Logger LOG = Loggers.of(Ballast.class);
    private static final int CHUNK_BYTES = 256 * 1024;

    private final Disk disk;
    private final Path directory;
    private final Path file;
    private final long bytes;

    Ballast(Disk disk, Path directory, long bytes) {
        this.disk = disk;
        this.directory = directory;
        this.file = disk.resolve(directory, LogFiles.BALLAST);
        this.bytes = bytes;
    }

    /**
     * Makes the file, in place of an earlier one.
     *
     * @throws IOException if that is not possible; then no part of it is left behind, as far as that can be done
     */
    void make() throws IOException {
        delete();
        long usable = disk.usableBytes(directory);
        if (usable < bytes) { // do not take from others, once a second, what is too little anyway
            throw new IOException("not enough space: usableBytes=" + usable + ", neededBytes=" + bytes);
        }
        try (DiskFile ballast = disk.open(file, Disk.Mode.CREATE)) {
            ByteBuffer zeros = ByteBuffer.allocate(CHUNK_BYTES); // really written: a hole would reserve nothing
            long offset = 0;
            while (offset < bytes) {
                zeros.clear().limit((int) Math.min(CHUNK_BYTES, bytes - offset));
                offset += ballast.write(zeros, offset);
            }
            ballast.force();
        } catch (IOException e) {
            delete();
            throw e;
        }
    }

    /** Deletes the file if it is there. */
    void delete() {
        if (disk.exists(file)) {
            try {
                disk.delete(file);
            } catch (IOException e) {
                LOG.warn("Cannot delete the ballast, which gives no space then: file={}", file, e);
            }
        }
    }
}
