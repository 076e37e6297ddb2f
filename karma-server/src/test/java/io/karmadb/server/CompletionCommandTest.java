package io.karmadb.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real bash is asked what it would complete. */
class CompletionCommandTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return CompletionCommand.run(arguments, new PrintStream(out, true), new PrintStream(err, true), false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--wal-f | --wal-fsync",
                "ben | bench",
                "arch | archive",
                "conf | config",
                "config che | check",
                "config check --por | --port",
                "check --rep | --repair",
                "bench --pipe | --pipeline",
                "cli --tls-c | --tls-ca",
                "expor | export",
                "import --dr | --dry-run"
            })
    void bashCompletesWordsAndOptions(String typed, String completed) throws IOException, InterruptedException {
        assertThat(run()).isZero();
        Path script = Files.write(directory.resolve("karma.bash"), out.toByteArray());
        Process bash = new ProcessBuilder(
                        "bash",
                        "-c",
                        "source \"$0\"; COMP_WORDS=(karma $1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1));"
                                + " _complete_karma; printf '%s\\n' \"${COMPREPLY[@]}\"",
                        script.toString(),
                        typed)
                .redirectErrorStream(true)
                .start();
        String answer = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(answer).isZero();
        assertThat(answer.lines()).contains(completed);
    }

    @Test
    void helpIsPrintedAndOtherWordsAreRefused() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("source <(karma completion)");
        assertThat(run("bash")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("Unknown argument: bash");
    }
}
