package io.karmadb.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory made where {@code java.io.tmpdir} says, and deleted in the end. */
public final class ScratchDirectory implements AutoCloseable {
    private final Path path;

    private ScratchDirectory(Path path) {
        this.path = path;
    }

    /**
     * Makes an empty one.
     *
     * @return the directory
     * @throws IOException if there is no place for it
     */
    public static ScratchDirectory make() throws IOException {
        return new ScratchDirectory(Files.createTempDirectory("karma-bench"));
    }

    /**
     * Returns where it is.
     *
     * @return an existing directory
     */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(path)) {
            files.sorted(Comparator.reverseOrder()).forEach(ScratchDirectory::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
