package io.karmadb.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.server.KarmaServer;
import io.karmadb.server.network.NetworkSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class CliCommandTest {
    private static final String TOKEN = "correct horse";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Map<String, String> environment = Map.of("KARMA_AUTH_TOKEN", TOKEN);
    private String input = "";
    private KarmaStore store;
    private KarmaServer server;

    @TempDir
    private Path temporary;

    @BeforeEach
    void start() throws IOException {
        store = KarmaStore.open(
                KarmaOptions.builder().history(HistoryKind.ON_HEAP).build());
        NetworkSettings loopback = NetworkSettings.LOOPBACK;
        server = KarmaServer.start(
                store,
                new NetworkSettings(
                        loopback.host(),
                        0,
                        true,
                        loopback.requestBytesMax(),
                        loopback.readTimeout(),
                        loopback.writeTimeout(),
                        TOKEN,
                        loopback.connectionsMax()));
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    private int cli(String... words) {
        return cli(new PrintStream(out, false, StandardCharsets.UTF_8), words);
    }

    private int cli(PrintStream to, String... words) {
        List<String> arguments = new ArrayList<>(List.of("--port=" + server.port()));
        arguments.addAll(Arrays.asList(words));
        out.reset();
        err.reset();
        int status = CliCommand.run(
                arguments.toArray(String[]::new),
                environment,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                false,
                to,
                new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(complained()).doesNotContain(TOKEN);
        return status;
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void oneQuestionIsAnswered() {
        assertThat(cli("increment", "links", "42")).as(complained()).isZero();
        assertThat(printed()).isEqualTo("OK\n");
        assertThat(cli("sum", "links", "42", "--from", "2026-05-01", "--to", "2026-05-04"))
                .isZero();
        assertThat(printed()).isEqualTo("0\n");
        assertThat(cli("sum", "links", "42", "--from", "-1d")).isZero();
        assertThat(printed()).isEqualTo("1\n");
        assertThat(cli("find", "links", "42")).isZero();
        assertThat(printed()).matches("\\d{4}-\\d\\d-\\d\\d  1  █+\n");
        assertThat(cli("trees")).isZero();
        assertThat(printed()).isEqualTo("links\n");
        assertThat(cli("health")).isZero();
        assertThat(printed()).startsWith("status ").contains("ok\n");
        assertThat(complained()).isEmpty();
    }

    @Test
    void wholeTreeIsPrintedInEveryFormat() {
        store.tree("a").incrementOn(20260501, -1, 7);
        store.tree("a").incrementOn(20260502, -1, -1 - 7);
        assertThat(cli("find", "a")).isZero();
        assertThat(printed())
                .isEqualTo("                 key  day         count\n"
                        + "18446744073709551615  2026-05-01  7\n"
                        + "18446744073709551615  2026-05-02  18446744073709551608\n");
        String json = "{\"18446744073709551615\":{\"20260501\":7,\"20260502\":18446744073709551608}}";
        assertThat(cli("--json", "find", "a")).isZero();
        assertThat(printed()).isEqualTo(json + "\n");
        assertThat(cli("--raw", "find", "a")).isZero();
        assertThat(printed())
                .isEqualTo("{\"protocol_version\":1,\"success\":true,\"response\":" + json + ",\"error_code\":null}\n");
        store.createTree("empty");
        assertThat(cli("find", "empty")).isZero();
        assertThat(printed()).isEqualTo("No keys.\n");
        assertThat(cli("--json", "find", "empty")).isZero();
        assertThat(printed()).isEqualTo("{}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sum nope 1", "find nope 1", "find nope"})
    void errorOfTheServerIsStatusOne(String question) {
        String[] words = question.split(" ");
        String complaint = "karma cli: Tree \"nope\" not found (not_found)\n";
        assertThat(cli(words)).isEqualTo(1);
        assertThat(complained()).isEqualTo(complaint);
        assertThat(printed()).isEmpty();
        assertThat(cli(with("--json", words))).isEqualTo(1);
        assertThat(complained()).isEqualTo(complaint);
        assertThat(printed()).isEqualTo("{\"error_code\":\"not_found\",\"message\":\"Tree \\\"nope\\\" not found\"}\n");
        assertThat(cli(with("--raw", words))).isEqualTo(1);
        assertThat(complained()).isEqualTo(complaint);
        assertThat(printed()).startsWith("{\"protocol_version\":1,\"success\":false,");
    }

    private static String[] with(String option, String[] words) {
        List<String> all = new ArrayList<>(List.of(option));
        all.addAll(Arrays.asList(words));
        return all.toArray(String[]::new);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--nope",
                "--port=0 ping",
                "--port=x ping",
                "--timeout=-1 ping",
                "--json --raw ping",
                "--token=a --token-file=b ping",
                "--token-file=/nonexistent ping",
                "--tls-ca=/nonexistent ping",
                "--tls-cert=a ping",
                "--tls-cert=a --tls-key=b ping",
                "nope",
                "sum a",
                "sum a\uFFFD 1"
            })
    void wrongUsageIsStatusTwoAndSendsNothing(String line) {
        assertThat(cli(line.split(" "))).isEqualTo(2);
        assertThat(complained()).startsWith("karma cli: ").endsWith("\n");
        assertThat(printed()).isEmpty();
        assertThat(server.connections()).isZero();
    }

    @Test
    void serverThatIsNotThereIsStatusThree() {
        server.close();
        assertThat(cli("increment", "a", "1")).isEqualTo(3);
        assertThat(complained()).contains("increment was not sent: cannot connect");
        assertThat(cli("find", "a")).isEqualTo(3);
        input = "ping\nping\n";
        assertThat(cli()).isEqualTo(3);
        assertThat(complained().lines()).as("one is enough").hasSize(1);
    }

    @Test
    void tokenComesFromWhereItIsGiven() throws IOException {
        Path file = Files.writeString(temporary.resolve("token"), TOKEN + "\nmore\n");
        environment = Map.of();
        assertThat(cli("trees")).isEqualTo(1);
        assertThat(complained()).contains("(unauthorized)");
        assertThat(cli("--token-file=" + file, "trees")).isZero();
        assertThat(cli("--token=" + TOKEN, "trees")).isZero();
        environment = Map.of("KARMA_AUTH_TOKEN", "wrong");
        assertThat(cli("trees")).isEqualTo(1);
        assertThat(cli("--token=" + TOKEN, "trees")).isZero();
        environment = Map.of("KARMA_AUTH_TOKEN_FILE", file.toString());
        assertThat(cli("trees")).isZero();
    }

    @Test
    void pipeIsAskedLineByLineToItsEnd() {
        input = "increment a 1\n\n# a remark\nnope\nincrement 'a b' 2\r\nsum a 1\nsum missing 1\nsum \"a b\" 2";
        assertThat(cli()).isEqualTo(2);
        assertThat(printed()).isEqualTo("OK\nOK\n1\n1\n");
        assertThat(complained())
                .contains("line 4: no such command: nope")
                .contains("Tree \"missing\" not found (not_found)");
        input = "trees\nsum a 1\n";
        assertThat(cli("--json")).isZero();
        assertThat(printed()).isEqualTo("[\"a\",\"a b\"]\n1\n");
    }

    @Test
    void outputThatCannotBeWrittenIsAnError() {
        for (int key = 0; key < 1000; key++) {
            store.tree("a").increment(key);
        }
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("full");
            }
        };
        assertThat(cli(new PrintStream(full), "trees")).isEqualTo(1);
        assertThat(complained()).contains("cannot be written");
        assertThat(cli(new PrintStream(full), "find", "a")).isEqualTo(1);
        assertThat(cli(new PrintStream(full), "--raw", "find", "a")).isEqualTo(1);
    }

    @Test
    void namesOfTreesDoNothingToATerminal() {
        store.createTree("\u001b]0;owned\u0007");
        assertThat(cli("trees")).isZero();
        assertThat(printed()).isEqualTo("\\u001b]0;owned\\u0007\n");
        assertThat(cli("sum", "\u001b[2J", "1")).isEqualTo(1);
        assertThat(complained()).doesNotContain("\u001b").contains("\\u001b[2J");
    }

    @Test
    void helpIsPrinted() {
        assertThat(cli("--help")).isZero();
        assertThat(printed()).contains("Usage: karma cli", "Exit status", "increment TREE KEY");
        assertThat(cli("help")).isZero();
        assertThat(printed()).contains("increment TREE KEY");
    }
}
