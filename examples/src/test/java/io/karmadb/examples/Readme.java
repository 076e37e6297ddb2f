package io.karmadb.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The project's README. */
final class Readme {
    private Readme() {}

    static String text() throws IOException {
        return Files.readString(directory().resolve("README.md"));
    }

    /** The project's top directory. */
    static Path directory() {
        return Path.of(System.getProperty("karma.project"));
    }
}
