package io.karmadb.server;

import static io.karmadb.server.KilledServer.incrementTimes;
import static io.karmadb.server.Requests.DUMP_ALL;
import static io.karmadb.server.Requests.TREES;
import static io.karmadb.server.Requests.sum;
import static io.karmadb.server.Requests.tree;
import static io.karmadb.server.network.Client.error;
import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.karmadb.server.network.Client;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What strangers could do to an older server, done again to the real jar. */
@Timeout(180)
@Tag("exhaustive")
class KnownFaultsSecurityIT {
    @TempDir
    private static Path parent;

    /** Serves in a directory of {@link #parent} for the tests that need no options; each has a tree of its own. */
    private static KarmaProcess open;

    @TempDir
    private Path temporary;

    @BeforeAll
    static void serve() throws IOException {
        open = KarmaProcess.serve(data());
    }

    @AfterAll
    static void kill() throws IOException {
        open.close();
    }

    private static Path data() {
        return parent.resolve("data");
    }

    /** An HTTP POST from a web page with a command in its body. */
    @Test
    void httpRequestIsClosedAtItsFirstLine() throws IOException {
        String body = increment("http", 1) + "\n";
        try (Client client = open.client()) {
            client.send("POST / HTTP/1.1\r\nHost: 127.0.0.1:" + open.port()
                    + "\r\nContent-Type: text/plain;charset=UTF-8\r\nOrigin: http://example.org\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body);
            assertThat(client.rest()).isIn("", "<reset>");
        }
        try (Client client = open.client()) {
            assertThat(client.ask(sum("http", 1))).isEqualTo(error("not_found", "Tree \"http\" not found"));
        }
    }

    /** A name with the byte 0xFF. */
    @Test
    void nameThatIsNoUtf8IsNeitherStoredNorEchoed() throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes("{\"command\":\"increment\",\"tree_name\":\"utf".getBytes(StandardCharsets.US_ASCII));
        request.write(0xFF);
        request.writeBytes("8\",\"key\":1}\n".getBytes(StandardCharsets.US_ASCII));
        try (Client client = open.client()) {
            assertThat(client.send(request.toByteArray()).answer())
                    .isEqualTo(error("invalid_json", "Request is not valid UTF-8"));
            assertThat(client.ask(TREES)).contains("\"success\":true").doesNotContain("utf");
        }
    }

    /** {@code dump} of a tree called {@code x/../../escaped}. */
    @Test
    void dumpOfATreeNamedLikeAPathStaysInTheDirectory() throws IOException {
        String name = "x/../../escaped";
        try (Client client = open.client()) {
            incrementTimes(client, name, 1);
            assertThat(client.ask(tree("dump", name))).isEqualTo(success("\"Tree \\\"" + name + "\\\" saved\""));
        }
        assertThat(list(parent)).noneMatch(file -> file.contains("escaped"));
        assertThat(list(data())).anyMatch(file -> file.endsWith("_x%2F..%2F..%2Fescaped.tree"));
    }

    /** {@code load} of {@code ../../../1_outside.tree}. */
    @Test
    void nothingIsLoadedFromOutsideTheDirectory() throws IOException {
        try (Client client = open.client()) {
            incrementTimes(client, "inside", 1);
            client.ask(tree("dump", "inside"));
            String inside = list(data()).stream()
                    .filter(file -> file.endsWith("_inside.tree"))
                    .findFirst()
                    .orElseThrow();
            // A good snapshot, so that nothing but its place speaks against it.
            Path outside = Files.copy(data().resolve(inside), parent.resolve("1_outside.tree"));
            for (String file :
                    List.of("../1_outside.tree", "../../../1_outside.tree", "../data/" + inside, outside.toString())) {
                assertThat(client.ask(tree("load", file)))
                        .isEqualTo(error("validation_error", "Invalid dump file name \"" + file + "\""));
            }
            assertThat(client.ask(sum("outside", 1))).contains("not_found");
        }
    }

    private static Set<String> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return new TreeSet<>(
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    /** 2,000 wrong tokens on one connection. */
    @Test
    void connectionThatGuessesTokensIsSlowedDownAndNobodyElse() throws IOException {
        int guesses = 2000;
        String right = "{\"command\":\"ping\",\"token\":\"secret\"}";
        try (KarmaProcess karma = KarmaProcess.serve(temporary.resolve("data"), "--auth-token=secret");
                Client guessing = karma.client();
                Client client = karma.client()) {
            StringBuilder wrong = new StringBuilder();
            for (int i = 0; i < guesses; i++) {
                wrong.append("{\"command\":\"ping\",\"token\":\"guess")
                        .append(i)
                        .append("\"}\n");
            }
            guessing.send(wrong.toString());
            assertThat(guessing.answer()).isEqualTo(error("unauthorized", "Unauthorized"));
            // One after the other, while the guesses have been sent all at once.
            for (int i = 0; i < guesses; i++) {
                assertThat(client.ask(right)).isEqualTo(success("\"pong\""));
            }
            int answerBytes = error("unauthorized", "Unauthorized").length() + 2;
            assertThat(guessing.input().available() / answerBytes)
                    .as("guesses answered meanwhile")
                    .isLessThan(guesses / 2);
        }
    }

    /** The modes of the data, also where nothing else keeps others out. */
    @Test
    void dataIsForItsOwnerOnly() throws IOException {
        assumeThat(FileSystems.getDefault().supportedFileAttributeViews()).contains("posix");
        Path made = temporary.resolve("made");
        KilledServer server =
                new KilledServer(List.of("sh", "-c", "umask 000; exec \"$@\"", "sh"), made.resolve("data"));
        server.untilKilled(client -> {
            incrementTimes(client, "a", 1);
            assertThat(client.ask(DUMP_ALL)).isEqualTo(success("\"OK\""));
            incrementTimes(client, "a", 2);
        });
        KilledServer.cut(server.file("karma.wal"), 20);
        server.untilKilled(client -> assertThat(client.ask(sum("a", 1))).isEqualTo(success("2")));
        server.untilKilled(
                client -> {
                    incrementTimes(client, "b", 1);
                    assertThat(client.ask(DUMP_ALL)).isEqualTo(success("\"OK\""));
                    incrementTimes(client, "b", 1);
                    assertOwnerOnly(made);
                },
                "--restore=false");
        assertThat(list(made.resolve("data")))
                .contains("karma.wal", "karma.manifest", "karma.lock", "karma.ballast", "karma.wal.3.torn")
                .anyMatch(name -> name.startsWith("karma.aside."))
                .anyMatch(name -> name.endsWith("_a.tree"))
                .anyMatch(name -> name.endsWith("_b.tree"));
        assertOwnerOnly(made);
    }

    private static void assertOwnerOnly(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
            }
        }
    }
}
