package io.karmadb.server;

import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.server.network.Client;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real jar at its start: first the port, then the directory, then the clients. */
@Timeout(180)
@Tag("exhaustive")
class StartIT {
    private static final String PING = "{\"command\":\"ping\"}";
    private static final String SUM = "{\"command\":\"sum\",\"tree_name\":\"a\",\"key\":1}";
    private static final String PONG = success("\"pong\"");
    private static final String MANIFEST = "karma.manifest";

    @TempDir
    private Path temporary;

    private Path directory() {
        return temporary.resolve("data");
    }

    /** Returns every file with its content and time of last change, ballast excepted, which is megabytes of zeros. */
    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory())) {
            for (Path file : all.toList()) {
                String name = file.getFileName().toString();
                if (!name.equals("karma.ballast")) {
                    files.put(name, Files.getLastModifiedTime(file) + " " + Files.readString(file));
                }
            }
        }
        return files;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** Leaves an older server's directory whose log has so many increments, and an unfinished line. */
    private void writeOlderLog(int lines) throws IOException {
        Files.createDirectories(directory());
        Files.writeString(
                directory().resolve("karma.wal"), (increment("a", 1) + "\n").repeat(lines) + "{\"command\":\"incr");
    }

    /** Starts a server whose restore does not end: the manifest that it reads is a pipe that nobody writes to. */
    private KarmaProcess startRestoring() throws IOException {
        Files.createDirectories(directory());
        Tool.makePipe(directory().resolve(MANIFEST));
        KarmaProcess karma = KarmaProcess.start(List.of(), directory());
        karma.awaitListening();
        while (!Files.exists(directory().resolve("karma.lock"))) {
            assertThat(karma.process().isAlive()).as(karma.output()).isTrue();
            LockSupport.parkNanos(1_000_000);
        }
        return karma;
    }

    @Test
    void portThatIsTakenIsAnErrorBeforeAnyFileIsTouched() throws IOException {
        writeOlderLog(3);
        Map<String, String> before = files();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (Path directory : List.of(directory(), temporary.resolve("new"))) {
                List<String> options = List.of("--port=" + taken.getLocalPort(), "--log=false");
                try (KarmaProcess karma = KarmaProcess.start(List.of(), directory, options.toArray(String[]::new))) {
                    assertThat(karma.awaitExit()).isEqualTo(1);
                    assertThat(karma.output())
                            .contains("\"level\":\"error\"", "127.0.0.1:" + taken.getLocalPort(), "in use");
                }
            }
        }
        assertThat(files()).isEqualTo(before);
        assertThat(temporary.resolve("new")).doesNotExist();
    }

    @Test
    void whoConnectsDuringTheRestoreIsAnsweredFromWhatWasRestored() throws IOException {
        int lines = 400_000;
        writeOlderLog(lines);
        try (KarmaProcess karma = KarmaProcess.start(List.of(), directory())) {
            karma.awaitListening();
            try (Client early = karma.client()) {
                String answer = early.ask(SUM);
                while (answer.contains("loading its data")) { // after five seconds
                    answer = early.ask(SUM);
                }
                assertThat(answer).isEqualTo(success(Integer.toString(lines)));
                assertThat(early.ask(increment("a", 1))).isEqualTo(success("1"));
            }
            karma.awaitServing();
        }
        try (KarmaProcess karma = KarmaProcess.serve(directory());
                Client client = karma.client()) {
            assertThat(client.ask(SUM)).isEqualTo(success(Integer.toString(lines + 1)));
        }
    }

    @Test
    void whoConnectsDuringALongRestoreIsToldThatTheServerIsLoading() throws IOException {
        try (KarmaProcess karma = startRestoring();
                Client client = karma.client()) {
            assertThat(client.ask("{\"command\":\"health\"}")).contains("\"status\":\"loading\"", "nothing read yet");
            assertThat(client.ask(increment("a", 1))).contains("internal_error", "Not applied", "loading its data");
            assertThat(client.ask(PING)).isEqualTo(success("\"pong\""));
            assertThat(karma.stop("TERM")).isZero();
        }
        assertThat(names()).containsExactlyInAnyOrder("karma.lock", MANIFEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void signalDuringTheRestoreEndsItAtOnceAndChangesNothing(String signal) throws IOException {
        try (KarmaProcess karma = startRestoring();
                Client waiting = karma.client()) {
            waiting.send(PING + "\n");
            karma.signal("USR1");
            karma.awaitOutput("Ignored SIGUSR1");
            assertThat(karma.stop(signal)).isZero();
            assertThat(karma.output()).doesNotContain("server.start", "backup.dump");
            assertThat(waiting.rest().replace(success("\"pong\"") + "\r\n", "")).isIn("", "<reset>");
            assertThatThrownBy(karma::client).isInstanceOf(IOException.class);
        }
        assertThat(names()).containsExactlyInAnyOrder("karma.lock", MANIFEST);
    }

    @Test
    void restoreThatFailsClosesThePort() throws IOException {
        try (KarmaProcess karma = startRestoring();
                Client waiting = karma.client()) {
            waiting.send(PING + "\n");
            try (FileOutputStream pipe =
                    new FileOutputStream(directory().resolve(MANIFEST).toFile())) {
                pipe.write("no manifest".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // The server has found out already that it is none.
            }
            assertThat(karma.awaitExit()).isEqualTo(1);
            assertThat(karma.output())
                    .contains("\"event\":\"server.failed\"", MANIFEST)
                    .doesNotContain("server.start");
            assertThat(waiting.rest().replace(success("\"pong\"") + "\r\n", "")).isIn("", "<reset>");
            assertThatThrownBy(karma::client).isInstanceOf(IOException.class);
        }
        assertThat(names()).containsExactlyInAnyOrder("karma.lock", MANIFEST);
    }

    @Test
    void secondServerOnADirectoryRefusesAndLeavesTheFirstAlone() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), directory());
        int[] counted = new int[2];
        try (KarmaProcess karma = KarmaProcess.serve(directory());
                Client client = karma.client()) {
            Thread load = new Thread(() -> count(client, counted));
            load.start();
            for (String option : List.of("--restore=true", "--restore=false", "--wal=false", "--wal-fsync=false")) {
                for (Path path : List.of(directory(), link)) {
                    assertSecondRefuses(path, option);
                }
            }
            assertThat(load.isAlive()).as("the first goes on").isTrue();
            try (Client other = karma.client()) {
                assertThat(other.ask("{\"command\":\"verify\"}")).contains("\"status\":\"ok\"");
                assertThat(other.ask("{\"command\":\"health\"}")).contains("\"status\":\"ok\"");
            }
            karma.process().destroyForcibly();
            load.join();
        }
        try (KarmaProcess karma = KarmaProcess.serve(directory());
                Client client = karma.client()) {
            String answer = client.ask(SUM);
            assertThat(Integer.parseInt(answer.replaceAll(".*\"response\":(\\d+),.*", "$1")))
                    .isBetween(counted[0], counted[1]);
            assertThat(client.ask("{\"command\":\"verify\"}")).contains("\"status\":\"ok\"");
        }
    }

    private void assertSecondRefuses(Path path, String option) throws IOException {
        try (KarmaProcess second = KarmaProcess.start(List.of(), path, option)) {
            second.awaitListening();
            assertThat(second.awaitExit()).isEqualTo(1);
            assertThat(second.output())
                    .contains("\"level\":\"error\"", "open in another process", path.toString())
                    .doesNotContain("restore.start", "server.start");
            assertThatThrownBy(second::client).isInstanceOf(IOException.class);
        }
    }

    /** Counts, and how far that was acknowledged and sent, until the server ends. */
    private static void count(Client client, int[] acknowledgedAndSent) {
        try {
            while (true) {
                acknowledgedAndSent[1]++;
                if (client.ask(increment("a", 1)).equals(success("1"))) {
                    acknowledgedAndSent[0]++;
                }
            }
        } catch (IOException e) {
            // The server has been killed. Where it was not, the sum is too small.
        }
    }
}
