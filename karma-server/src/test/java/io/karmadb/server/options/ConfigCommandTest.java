package io.karmadb.server.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Map<String, String> environment, String... arguments) {
        return ConfigCommand.run(
                arguments,
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complaint() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsGivenIsListedWithWhereItComesFromAndNoSecret() throws IOException {
        Path file = Files.writeString(directory.resolve("karma.conf"), "port = 1234\nauth-token = s3cret\n");
        assertThat(run(Map.of("KARMA_BIND", "::1"), "check", "--config=" + file, "--wal-fsync=false"))
                .isZero();
        assertThat(printed())
                .contains("wal-fsync = false   # --wal-fsync\n")
                .contains("bind = ::1   # KARMA_BIND\n")
                .contains("port = 1234   # port in " + file + "\n")
                .contains("auth-token = (a secret)")
                .endsWith("The options are good; those that are not listed have their defaults.\n")
                .doesNotContain("s3cret");
        assertThat(complaint()).isEmpty();
    }

    @Test
    void whatAStartWouldRefuseIsRefused() {
        assertThat(run(Map.of(), "check", "--port=x")).isEqualTo(2);
        assertThat(complaint()).isEqualTo("karma config: --port must be an integer from 0 to 65535, not \"x\"\n");
        assertThat(run(Map.of(), "check", "--tls-cert=/nonexistent", "--tls-key=/nonexistent"))
                .isEqualTo(2);
        assertThat(complaint()).contains("file=/nonexistent");
        assertThat(printed()).isEmpty();
    }

    @Test
    void helpIsPrintedAndMissingWordsAreNamed() {
        assertThat(run(Map.of(), "--help")).isZero();
        assertThat(run(Map.of(), "check", "--help")).isZero();
        assertThat(printed()).contains("karma config check");
        assertThat(run(Map.of())).isEqualTo(2);
        assertThat(run(Map.of(), "chek")).isEqualTo(2);
        assertThat(complaint()).contains("the word check must follow");
    }
}
