package io.karmadb.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real disk, without ballast, on which log segments and snapshots that are deleted live on in another directory. */
final class KeepingDisk extends ForwardingDisk {
    private static final String KEPT = ".*\\.(segment|tree)";

    private final Path keptDirectory;

    KeepingDisk(Path keptDirectory) throws IOException {
        super(new WatchedDisk());
        this.keptDirectory = Files.createDirectories(keptDirectory);
    }

    @Override
    public void delete(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.matches(KEPT)) {
            Files.createLink(keptDirectory.resolve(name), file);
        }
        super.delete(file);
    }

    /** Copies a data directory together with all that was ever deleted from it. */
    void copyWhole(Path directory, Path to) {
        Directories.copy(directory, to);
        Directories.copy(keptDirectory, to);
    }
}
