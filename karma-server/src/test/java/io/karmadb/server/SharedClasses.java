package io.karmadb.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The classes of the jar, parsed and verified once for all the processes that run it: the tests start hundreds, and most
 * of what such a process does is to load classes. A JVM that cannot use the archive loads its classes as ever.
 */
final class SharedClasses {
    private static final String JVM =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final Path ARCHIVE = archive();

    private SharedClasses() {}

    /** Returns the words that start the JVM of this test, with the archive. */
    static List<String> java() {
        return new ArrayList<>(List.of(JVM, "-XX:SharedArchiveFile=" + ARCHIVE));
    }

    private static Path archive() {
        try {
            Path jar = jar();
            Path archive =
                    jar.resolveSibling("karma-server-" + Runtime.version().feature() + "-"
                            + Files.getLastModifiedTime(jar).toMillis() + ".jsa");
            Path lockFile = jar.resolveSibling("karma-server.jsa.lock");
            try (FileChannel channel =
                    FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.lock(); // until the channel is closed: the JVMs of other tests want the archive at the same
                // time
                if (!Files.exists(archive)) {
                    make(archive);
                }
            }
            return archive;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Path jar() {
        String jar = System.getProperty("karma.server.jar");
        assertThat(jar).as("set by the build").isNotNull();
        return Path.of(jar);
    }

    private static void make(Path archive) throws IOException {
        Tool.run(JVM, "-jar", jar().toString(), "archive", archive.toString());
    }
}
