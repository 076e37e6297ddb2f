package io.karmadb.embedding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The file in which a program of this package says what it has seen. */
final class GuestReport {
    private GuestReport() {}

    /** Writes it so that it is there in full as soon as it is there. */
    static void write(Path file, List<String> lines) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".draft");
        Files.write(draft, lines);
        Files.move(draft, file);
    }
}
