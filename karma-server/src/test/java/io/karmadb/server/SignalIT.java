package io.karmadb.server;

import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.server.network.Client;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real jar gets signals while it saves or loads, and has an error to tell where nobody listens. */
@Timeout(180)
@Tag("exhaustive")
class SignalIT {
    private static final int KEYS = 100_000;
    private static final String VERIFY = "{\"command\":\"verify\"}";

    @TempDir
    private Path temporary;

    private Path directory() {
        return temporary.resolve("data");
    }

    /** Counts so many keys that a snapshot takes a while. */
    private static void fill(Client client) throws IOException {
        for (int from = 0; from < KEYS; from += 1000) {
            StringBuilder requests = new StringBuilder();
            for (int key = from; key < from + 1000; key++) {
                requests.append(increment("a", key)).append('\n');
            }
            client.send(requests.toString());
            for (int i = 0; i < 1000; i++) {
                assertThat(client.answer()).isEqualTo(success("1"));
            }
        }
    }

    private void assertWhole() throws IOException {
        try (KarmaProcess karma = KarmaProcess.serve(directory());
                Client client = karma.client()) {
            assertThat(client.ask("{\"command\":\"stats\"}")).contains("\"keys\":" + KEYS + ",");
            for (int key : List.of(0, KEYS / 2, KEYS - 1)) {
                assertThat(client.ask("{\"command\":\"sum\",\"tree_name\":\"a\",\"key\":" + key + "}"))
                        .isEqualTo(success("1"));
            }
            assertThat(client.ask(VERIFY)).contains("\"status\":\"ok\"");
        }
        try (var files = Files.list(directory())) {
            assertThat(files.filter(file -> file.toString().endsWith(".tmp"))).isEmpty();
        }
    }

    @Test
    void aLogThatHasGrownIsCutWithoutAnybodyAsking() throws IOException {
        try (KarmaProcess karma = KarmaProcess.serve(directory(), "--wal-fsync=false", "--checkpoint-wal-bytes=64KiB");
                Client client = karma.client()) {
            fill(client);
            karma.awaitOutput("\"event\":\"checkpoint.automatic\"");
            karma.awaitOutput("\"event\":\"wal.truncate\"");
            karma.process().destroyForcibly();
            karma.awaitExit();
        }
        assertWhole();
    }

    /** Whichever comes first, the command or the signal: nothing is lost. */
    @ParameterizedTest
    @CsvSource({"dump_all,1", "dump_all,2", "dump,1", "load,2", "verify,1"})
    void aSignalAmidALongCommandLosesNothing(String command, int times) throws IOException {
        try (KarmaProcess karma = KarmaProcess.serve(directory(), "--wal-fsync=false");
                Client client = karma.client()) {
            fill(client);
            assertThat(client.ask("{\"command\":\"dump\",\"tree_name\":\"a\"}")).contains("saved");
            String file = client.ask("{\"command\":\"dumps\"}").replaceAll(".*/([^/\"]*)\"].*", "$1");
            String name = command.equals("load") ? file : "a";
            client.send("{\"command\":\"" + command + "\",\"tree_name\":\"" + name + "\"}\n");
            karma.signal("TERM");
            if (times == 1) {
                assertThat(karma.awaitExit()).isZero();
            } else {
                karma.awaitOutput("\"event\":\"server.stopping\"");
                Tool.succeeds("kill", "-TERM", Long.toString(karma.process().pid())); // unless it has just ended
                assertThat(karma.awaitExit()).isIn(0, 130);
            }
        }
        assertWhole();
    }

    @Test
    void manySavingSignalsAtOnceAreAllCarriedOut() throws IOException {
        try (KarmaProcess karma = KarmaProcess.serve(directory(), "--wal-fsync=false");
                Client client = karma.client()) {
            fill(client);
            client.send("{\"command\":\"dump_all\"}\n");
            for (int i = 0; i < 5; i++) {
                karma.signal("USR1");
            }
            assertThat(client.answer()).isEqualTo(success("\"OK\""));
            assertThat(client.ask(VERIFY)).contains("\"status\":\"ok\"");
            assertThat(karma.stop("TERM")).isZero();
            assertThat(karma.output()).doesNotContain("\"level\":\"error\"");
        }
        assertWhole();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anErrorAtTheStartEndsTheProcessThoughNobodyReadsIt(boolean closed) throws IOException {
        Files.createDirectories(directory());
        Files.writeString(directory().resolve("1704067200_a.tree"), "no snapshot");
        List<String> words = KarmaProcess.command();
        words.addAll(List.of("--bind=127.0.0.1", "--port=0", "--directory=" + directory()));
        Path path = temporary.resolve("pipe");
        try (RandomAccessFile full = Tool.makeFullPipe(path)) {
            if (closed) {
                words.addAll(0, List.of("sh", "-c", "exec \"$@\" >&- 2>&-", "sh"));
            }
            ProcessBuilder builder = new ProcessBuilder(words);
            if (!closed) {
                builder.redirectOutput(path.toFile()).redirectError(path.toFile());
            }
            try (KarmaProcess karma = KarmaProcess.run(builder)) {
                assertThat(karma.awaitExit()).isEqualTo(1);
            }
            assertThat(full.getChannel().isOpen()).isTrue();
        }
    }
}
