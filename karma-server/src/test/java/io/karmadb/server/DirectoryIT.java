package io.karmadb.server;

import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.karmadb.server.network.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real jar on directories that are odd, cannot be written, or go away. */
@Timeout(180)
@Tag("exhaustive")
class DirectoryIT {
    private static final String SUM = "{\"command\":\"sum\",\"tree_name\":\"a\",\"key\":1}";
    private static final String FIND =
            "{\"command\":\"find\",\"tree_name\":\"a\",\"key\":1,\"time_from\":0,\"time_to\":99999999}";
    private static final String HEALTH = "{\"command\":\"health\"}";
    private static final String DUMP_ALL = "{\"command\":\"dump_all\"}";

    @TempDir
    private Path temporary;

    private Path directory() {
        return temporary.resolve("data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{[a-z]*", "[", "a b?", "%41%grün-日本-🙂", "-x\\~:"})
    void anyNameOfADirectoryWillDo(String name) throws IOException {
        Path directory = temporary.resolve(name);
        try (KarmaProcess karma = startOn(directory);
                Client client = karma.client()) {
            assertThat(client.ask(increment("a", 1))).isEqualTo(success("1"));
            assertThat(client.ask(DUMP_ALL)).isEqualTo(success("\"OK\""));
            String dumps = client.ask("{\"command\":\"dumps\"}");
            String path = dumps.replaceAll(".*\\[\"(.*)\"].*", "$1"); // as it is in JSON, so also for a request
            assertThat(path).endsWith("_a.tree");
            assertThat(client.ask(increment("a", 1))).isEqualTo(success("1"));
            assertThat(client.ask("{\"command\":\"load\",\"tree_name\":\"" + path + "\"}"))
                    .isEqualTo(success("\"Tree \\\"a\\\" loaded\""));
            assertThat(client.ask(increment("a", 1))).isEqualTo(success("1"));
            assertThat(client.ask("{\"command\":\"verify\"}")).contains("\"status\":\"ok\"");
        }
        assertThat(directory.resolve("karma.wal")).isRegularFile();
        try (KarmaProcess karma = startOn(directory);
                Client client = karma.client()) {
            assertThat(client.ask(SUM)).isEqualTo(success("2"));
            assertThat(karma.stop("TERM")).isZero();
        }
    }

    /** File names have the encoding of the locale. */
    private static KarmaProcess startOn(Path directory) throws IOException {
        KarmaProcess karma = KarmaProcess.start(List.of("env", "LC_ALL=C.UTF-8"), directory);
        karma.awaitServing();
        return karma;
    }

    @Test
    void aFileInThePlaceOfTheDirectoryIsRefused() throws IOException {
        Files.writeString(directory(), "mine");
        for (Path directory : List.of(directory(), directory().resolve("below"))) {
            assertRefused(KarmaProcess.start(List.of(), directory), directory);
        }
        assertThat(directory()).hasContent("mine");
    }

    private static void assertRefused(KarmaProcess started, Path directory) throws IOException {
        try (KarmaProcess karma = started) {
            assertThat(karma.awaitExit()).isEqualTo(1);
            assertThat(karma.output())
                    .contains("\"level\":\"error\"", "Cannot start", directory.toString())
                    .doesNotContain("server.start", "\"stack");
        }
    }

    @Test
    void aReadOnlyDirectoryIsRefused() throws IOException {
        try (KarmaProcess karma = KarmaProcess.serve(directory());
                Client client = karma.client()) {
            client.ask(increment("a", 1));
        }
        // Permissions do not bind root, who can however mount; others can make a name space in which they can, or not.
        String mount = "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" && exec \"$@\"";
        List<String> readOnly = List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                mount,
                directory().toString());
        String[] trial = {
            "unshare",
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            mount,
            directory().toString(),
            "true"
        };
        if (Tool.succeeds(trial)) {
            assertRefused(KarmaProcess.start(readOnly, directory()), directory());
        } else {
            Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("r-x------"));
            try {
                assumeThat(Files.isWritable(directory()))
                        .as("this system lets us have a read-only directory")
                        .isFalse();
                assertRefused(KarmaProcess.start(List.of(), temporary.resolve("data/new")), directory());
            } finally {
                Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwx------"));
            }
        }
        try (KarmaProcess karma = KarmaProcess.serve(directory());
                Client client = karma.client()) {
            assertThat(client.ask(SUM)).isEqualTo(success("1"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDirectoryThatVanishesEndsTheWritingAndIsSaid(boolean fsync) throws IOException {
        try (KarmaProcess karma = KarmaProcess.serve(directory(), "--wal-fsync=" + fsync);
                Client client = karma.client()) {
            assertThat(client.ask(increment("a", 1))).isEqualTo(success("1"));
            Tool.run("rm", "-rf", directory().toString());
            if (!fsync) { // with it, not even the first write is acknowledged
                while (!client.ask(HEALTH).contains("\"status\":\"failed\"")) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
            assertThat(client.ask(increment("a", 1))).contains("\"success\":false", "no longer where it was");
            assertThat(client.ask(HEALTH)).contains("\"status\":\"failed\"", "was the directory deleted");
            assertThat(client.ask("{\"command\":\"verify\"}")).contains("\"status\":\"failed\"");
            assertThat(client.ask(DUMP_ALL)).contains("internal_error");
            assertThat(client.ask(SUM)).contains("\"success\":true");
            assertThat(karma.stop("TERM")).isEqualTo(1);
        }
        assertThat(directory()).doesNotExist();
    }

    @Test
    void anotherTimeZoneMovesNothingToAnotherDay() throws IOException {
        Instant now = Instant.now();
        ZoneOffset west = ZoneOffset.ofHours(-12);
        ZoneOffset east = ZoneOffset.ofHours(14); // 26 hours ahead: always another day
        for (ZoneOffset zone : List.of(west, east, west, east)) {
            try (KarmaProcess karma = KarmaProcess.serve(directory(), "--zone=" + zone);
                    Client client = karma.client()) {
                assertThat(client.ask(increment("a", 1))).isEqualTo(success("1"));
            }
        }
        try (KarmaProcess karma = KarmaProcess.serve(directory(), "--zone=" + west);
                Client client = karma.client()) {
            assertThat(client.ask(SUM)).isEqualTo(success("4"));
            assumeThat(day(west, Instant.now())).as("the day has not turned").isEqualTo(day(west, now));
            assumeThat(day(east, Instant.now())).as("the day has not turned").isEqualTo(day(east, now));
            assertThat(client.ask(FIND))
                    .isEqualTo(success("{\"" + day(west, now) + "\":2,\"" + day(east, now) + "\":2}"));
            assertThat(client.ask("{\"command\":\"verify\"}")).contains("\"status\":\"ok\"");
        }
    }

    private static String day(ZoneOffset zone, Instant moment) {
        return LocalDate.ofInstant(moment, zone).format(DateTimeFormatter.BASIC_ISO_DATE);
    }
}
