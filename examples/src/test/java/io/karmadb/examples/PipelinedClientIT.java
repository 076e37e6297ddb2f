package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelinedClientIT {
    @TempDir
    Path scratch;

    @Test
    void countsOnARealServer() throws Exception {
        try (ServerProcess server = ServerProcess.start(scratch, scratch.resolve("data"))) {
            String port = Integer.toString(server.port());

            assertThat(JavaProcess.run(scratch, PipelinedClient.class, ServerProcess.HOST, port))
                    .containsExactly("sum of key 18446744073709551615: 1000");
            assertThat(JavaProcess.run(scratch, PipelinedClient.class, ServerProcess.HOST, port))
                    .containsExactly("sum of key 18446744073709551615: 2000");
        }
    }
}
