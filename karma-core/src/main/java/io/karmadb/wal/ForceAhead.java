package io.karmadb.wal;

import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import io.karmadb.logging.Loggers;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;

/**
 * Forces most of {@code karma.wal} on the calling thread, before the log's thread is asked to force the rest, during which
 * that writes nothing. Without it, a log that is written at full speed and seldom forced would hold everybody up for as
 * long as the device takes for all of it.
 *
 * <p>Nothing relies on it: the log's own force comes afterwards, through the log's own open file, to which the operating
 * system reports a failed write once more.
 */
final class ForceAhead {
    private static final Logger LOG = Loggers.of(ForceAhead.class);

    /** What a device takes in a few milliseconds. */
    private static final long LEFT_BYTES = 2L << 20;

    /** A log that grows faster than the device takes it never gets there. */
    private static final int PASSES_MAX = 5;

    private final Disk disk;
    private final Path file;

    ForceAhead(Disk disk, Path directory) {
        this.disk = disk;
        file = disk.resolve(directory, LogFiles.CURRENT);
    }

    /** Forces until there is little left. Returns at once if there is little now. */
    void run(Flusher flusher) {
        if (flusher.unforcedBytes() <= LEFT_BYTES) {
            return;
        }
        try (DiskFile own = disk.open(file, Disk.Mode.WRITE)) { // which an interrupt may close
            long grown;
            int passes = 0;
            do {
                long bytes = flusher.fileBytes();
                own.force();
                grown = flusher.fileBytes() - bytes; // negative after somebody else's rotation
                passes++;
            } while (grown > LEFT_BYTES && passes < PASSES_MAX);
        } catch (IOException e) {
            LOG.warn("The log could not be forced ahead, its own force goes on: file={}", file, e);
        }
    }
}
