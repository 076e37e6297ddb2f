package io.karmadb.wal;

import io.karmadb.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Tells a full disk from a broken one. */
final class DiskSpace {
    /** What a file system may want besides the bytes of a write: blocks of its own, rounding. */
    private static final long MARGIN_BYTES = 1024 * 1024;

    private DiskSpace() {}

    /**
     * Says whether an error means that there is no space. The text of the operating system says so, but may be in any
     * language; so the file system is asked as well. An error of another kind on a disk that is nearly full is taken
     * for a lack of space only until the ballast has been deleted, since then there is some.
     *
     * @param error what was thrown
     * @param disk where
     * @param directory a directory of the file system
     * @param bytes how much was to be written
     * @return whether it can be tried again once there is space
     */
    static boolean isExhausted(IOException error, Disk disk, Path directory, long bytes) {
        String message = error.getMessage() == null ? "" : error.getMessage().toLowerCase(Locale.ROOT);
        if (message.contains("no space left")
                || message.contains("quota exceeded")
                || message.contains("not enough space")) {
            return true;
        }
        try {
            return disk.usableBytes(directory) < bytes + MARGIN_BYTES;
        } catch (IOException e) {
            error.addSuppressed(e);
            return false;
        }
    }
}
