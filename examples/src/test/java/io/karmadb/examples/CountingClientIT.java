package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountingClientIT {
    @TempDir
    Path scratch;

    @Test
    void countsOnARealServerAndShowsIt() throws Exception {
        try (ServerProcess server = ServerProcess.start(scratch, scratch.resolve("data"))) {
            List<String> lines = JavaProcess.run(scratch, CountingClient.class, Integer.toString(server.port()));
            assertThat(lines).hasSize(4).startsWith("all days: 1", "May 2026: 0");
            assertThat(lines.subList(2, 4))
                    .satisfiesExactlyInAnyOrder(
                            line -> assertThat(line).matches("7 \\{\"\\d{8}\":1}"),
                            line -> assertThat(line).matches("42 \\{\"\\d{8}\":1}"));
        }
    }
}
