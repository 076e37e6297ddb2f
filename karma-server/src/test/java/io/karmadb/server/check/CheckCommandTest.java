package io.karmadb.server.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckCommandTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int check(boolean repair, boolean json) {
        out.reset();
        err.reset();
        List<String> arguments = new ArrayList<>(List.of(directory.toString()));
        if (repair) {
            arguments.add("--repair");
        }
        if (json) {
            arguments.add("--json");
        }
        return run(arguments.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return CheckCommand.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | DIRECTORY must be a directory",
                "/nonexistent | /nonexistent",
                ". more | more",
                ". --port=1 | --port",
                "--nope . | --nope",
                "--repair=maybe . | --repair"
            })
    void aWrongCommandLineIsRefusedAndNamed(String line, String named) {
        assertThat(run(line.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("karma check: ")
                .contains(named)
                .hasLineCount(1);
        assertThat(out.size()).isZero();
    }

    @Test
    void withoutADirectoryAndForAFileItSaysWhatIsMissing() throws IOException {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("DIRECTORY");
        assertThat(run(Files.createFile(directory.resolve("file")).toString())).isEqualTo(2);
    }

    @Test
    void helpIsPrinted() {
        assertThat(run("--help")).isZero();
        assertThat(printed()).contains("karma check", "DIRECTORY", "--repair", "--json");
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private void prepare() {
        try (KarmaStore store =
                KarmaStore.open(KarmaOptions.builder().directory(directory).build())) {
            store.tree("línks\u001b[2J").increment(1);
            store.checkpoint();
            store.tree("shop").increment(1);
            store.tree("shop").increment(2);
        }
    }

    private void tear() throws IOException {
        Path log = directory.resolve("karma.wal");
        byte[] content = Files.readAllBytes(log);
        Files.write(log, java.util.Arrays.copyOf(content, content.length - 10));
    }

    @Test
    void aGoodDirectoryIsShownWithWhatARestoreWouldGive() {
        prepare();
        assertThat(check(false, false)).isZero();
        assertThat(printed())
                .startsWith(directory.toString())
                .containsPattern("(?m)^karma.manifest +manifest +[0-9,]+  good +LSN 1, 1 tree, log on$")
                .containsPattern("(?m)^karma.wal +current log +[0-9,]+  good +LSN 2 to 3$")
                .contains("tree línks\\u001b[2J, 1 key")
                .contains(
                        "A restore would give 2 trees with 3 keys, up to LSN 3: from 1 snapshot and 2 lines of the log.")
                .endsWith("All is well.\n")
                .doesNotContain("\u001b")
                .doesNotContain("Problem");
        assertThat(err.size()).isZero();
    }

    @Test
    void aTornTailIsAProblemUntilItIsRepaired() throws IOException {
        prepare();
        tear();
        assertThat(check(false, false)).isEqualTo(1);
        assertThat(printed())
                .contains("torn tail", "Problem: karma.wal, offset ", "after cutting off", "\n1 problem.\n")
                .doesNotContain("epaired");
        assertThat(check(true, false)).isZero();
        assertThat(printed()).endsWith("is kept in karma.wal.3.torn. All is well.\n");
        assertThat(check(false, false)).isZero();
    }

    @Test
    void aRepairThatIsRefusedSaysWhy() throws IOException {
        prepare();
        tear();
        Files.writeString(directory.resolve("1_x.tree"), "no snapshot");
        assertThat(check(true, false)).isEqualTo(1);
        assertThat(printed()).contains("2 problems.", "Nothing was repaired");
        assertThat(directory.resolve("karma.wal.3.torn")).doesNotExist();
    }

    @Test
    void jsonIsOneObjectThatSaysTheSame() throws IOException {
        prepare();
        tear();
        assertThat(check(false, true)).isEqualTo(1);
        assertThat(printed().lines()).hasSize(1);
        int depth = 0;
        int problems = 0;
        try (JsonParser json = new JsonFactory().createParser(printed())) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                problems += token == JsonToken.FIELD_NAME && json.currentName().equals("advice") ? 1 : 0;
            }
        }
        assertThat(depth).isZero();
        assertThat(problems).as("of the file, and in the list").isEqualTo(2);
        assertThat(printed())
                .startsWith("{\"ok\":false,\"directory\":\"")
                .contains("\"kind\":\"current_log\",\"state\":\"torn_tail\"")
                .contains(
                        "\"restore\":{\"possible\":true,\"refusal\":null,\"snapshots\":1,\"lines\":1,\"older_lines\":0,")
                .contains("\"repaired\":null");
        assertThat(check(true, true)).isZero();
        assertThat(printed()).startsWith("{\"ok\":true").contains("\"repaired\":\"karma.wal.3.torn\"");
    }

    @Test
    void aRefusalIsShownWithItsReason() throws IOException {
        prepare();
        Files.writeString(directory.resolve("karma.manifest"), "{}");
        assertThat(check(false, false)).isEqualTo(1);
        assertThat(printed()).contains("A restore would refuse: The manifest is damaged");
    }

    @Test
    void aDirectoryThatIsInUseIsAnErrorOnItsOwn() {
        try (KarmaStore store =
                KarmaStore.open(KarmaOptions.builder().directory(directory).build())) {
            assertThat(check(false, true)).isEqualTo(1);
            assertThat(check(true, false)).isEqualTo(1);
            assertThat(store.trees()).isEmpty();
        }
        assertThat(out.size()).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("karma: ").contains(directory.toString());
    }

    @Test
    void anEmptyDirectoryIsGood() {
        assertThat(check(false, false)).isZero();
        assertThat(printed()).contains("No files.", "0 trees");
        assertThat(directory).isEmptyDirectory();
    }
}
