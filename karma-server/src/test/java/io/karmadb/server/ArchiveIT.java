package io.karmadb.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.server.network.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real jar writes an archive of its classes, and real JVMs start with it. */
@Timeout(180)
class ArchiveIT {
    /** How a JVM that logs the loading of classes says that one came out of an archive that was named to it. */
    private static final String ARCHIVED = "io.karmadb.server.Main source: shared objects file (top)";

    @TempDir
    private Path temporary;

    private Path archive;
    private Path scratch;

    @BeforeEach
    void prepare() throws IOException {
        archive = temporary.resolve("karma.jsa");
        scratch = Files.createDirectory(temporary.resolve("scratch"));
    }

    private static KarmaProcess java(String... words) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(words));
        return KarmaProcess.run(new ProcessBuilder(command).redirectErrorStream(true));
    }

    private KarmaProcess write(Path file) throws IOException {
        return java("-Djava.io.tmpdir=" + scratch, "-jar", jar(), "archive", file.toString());
    }

    private static String jar() {
        return SharedClasses.jar().toString();
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void serverStartsWithItsClassesOutOfTheArchive() throws IOException {
        try (KarmaProcess tool = write(archive)) {
            assertThat(tool.awaitExit()).as(tool.output()).isZero();
            assertThat(tool.output()).isEmpty();
        }
        assertThat(filesIn(temporary)).containsExactlyInAnyOrder(archive, scratch);
        assertThat(filesIn(scratch)).as("what the rehearsal left").noneMatch(Files::isDirectory);
        try (KarmaProcess karma = java(
                "-Xshare:on", // else it would start without an archive that it cannot use
                "-XX:SharedArchiveFile=" + archive,
                "-Xlog:class+load:stdout",
                "-jar",
                jar(),
                "--bind=127.0.0.1",
                "--port=0",
                "--directory=" + temporary.resolve("data"))) {
            karma.awaitServing();
            assertThat(karma.output()).contains(ARCHIVED);
            try (Client client = karma.client()) {
                assertThat(client.ask(Client.increment("a", 1))).isEqualTo(Client.success("1"));
            }
            assertThat(karma.stop("TERM")).isZero();
        }
    }

    @Test
    void archiveOfNoUseIsPassedOverInSilence() throws IOException {
        Files.writeString(archive, "not an archive");
        for (Path file : List.of(archive, temporary.resolve("missing.jsa"))) {
            try (KarmaProcess karma = java(
                    "-XX:SharedArchiveFile=" + file, "-Xlog:cds=off,cds+dynamic=off", "-jar", jar(), "--version")) {
                assertThat(karma.awaitExit()).isZero();
                assertThat(karma.output()).startsWith("karma ").hasLineCount(1);
            }
        }
    }

    @Test
    void whatCannotBeWrittenIsSaidAndNothingIsLeft() throws IOException {
        Path directory = temporary.resolve("missing");
        try (KarmaProcess tool = write(directory.resolve("karma.jsa"))) {
            assertThat(tool.awaitExit()).isEqualTo(1);
            assertThat(tool.output())
                    .isEqualTo("karma archive: no file can be written to the directory " + directory + "\n");
        }
        assertThat(directory).doesNotExist();
        assertThat(filesIn(scratch)).isEmpty();
    }

    @Test
    void wrongArgumentsAreRefused() throws IOException {
        try (KarmaProcess tool = java("-jar", jar(), "archive")) {
            assertThat(tool.awaitExit()).isEqualTo(2);
            assertThat(tool.output())
                    .startsWith("karma archive: expected the name of a file\nUsage: karma archive FILE\n");
        }
    }
}
