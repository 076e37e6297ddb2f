package io.karmadb.snapshot;

import java.nio.file.Path;

/** Writing or reading a snapshot was given up because the caller asked for it; nothing of it is left behind. */
public final class SnapshotCancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SnapshotCancelledException(Path file) {
        super("Given up on request: file=" + file);
    }
}
