package io.karmadb.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code karma cli} as a process, with the real jar. */
@Timeout(180)
class CliIT {
    @TempDir
    private Path temporary;

    private record Said(int status, String out, String err) {}

    private Said cli(String input, String... arguments) throws Exception {
        List<String> words = KarmaProcess.command();
        words.add("cli");
        words.addAll(List.of(arguments));
        Path err = temporary.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(words).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KARMA_"));
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            assertThat(input).as("what was not taken").isEmpty();
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), out, Files.readString(err));
    }

    @Test
    void asksTheRealServerAndSaysNothingElse() throws Exception {
        Path token = Files.writeString(temporary.resolve("token"), "correct horse\n");
        try (KarmaProcess karma =
                KarmaProcess.serve(temporary.resolve("data"), "--auth-token-file=" + token, "--wal-fsync=false")) {
            String port = "--port=" + karma.port();
            String file = "--token-file=" + token;
            assertThat(cli("increment 'links ü' 42\nincrement 'links ü' 42\nsum 'links ü' 42\ndump-all\n", port, file))
                    .isEqualTo(new Said(0, "OK\nOK\n2\nOK\n", ""));
            assertThat(cli("", port, file, "--json", "trees")).isEqualTo(new Said(0, "[\"links ü\"]\n", ""));
            assertThat(cli("", port, "trees")).isEqualTo(new Said(1, "", "karma cli: Unauthorized (unauthorized)\n"));
            assertThat(karma.stop("TERM")).isZero();
            Said unreachable = cli("", port, "ping");
            assertThat(unreachable.status()).isEqualTo(3);
            assertThat(unreachable.err()).contains("cannot connect").hasLineCount(1);
        }
    }
}
