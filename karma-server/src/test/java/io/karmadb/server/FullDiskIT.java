package io.karmadb.server;

import static io.karmadb.server.KilledServer.incrementTimes;
import static io.karmadb.server.Requests.command;
import static io.karmadb.server.Requests.sum;
import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.karmadb.server.network.Client;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real jar on a file system of its own that is really full. Skipped where this user may not mount one. */
@Timeout(180)
class FullDiskIT {
    /** Linux's; a tmpfs hands out space in pages, so that is where it ends. */
    private static final int PAGE_BYTES = 4096;

    @TempDir
    private Path temporary;

    /** Holds the namespace in which the file system is mounted. */
    private Process holder;

    @BeforeEach
    void mount() throws Exception {
        String script = "mount -t tmpfs -o size=16m karma \"$0\" && echo mounted && exec sleep 170";
        holder = new ProcessBuilder(
                        "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, temporary.toString())
                .redirectErrorStream(true)
                .start();
        String said = holder.inputReader().readLine();
        assumeThat(said).as("what mounting a tmpfs says").isEqualTo("mounted");
    }

    @AfterEach
    void unmount() throws InterruptedException {
        holder.destroyForcibly().waitFor();
    }

    /** Returns a path on the mounted file system as this process sees it. */
    private Path mounted(String name) {
        Path root = Path.of("/proc", Long.toString(holder.pid()), "root");
        return root.resolve(temporary.resolve(name).toString().substring(1));
    }

    private static void fill(Path file) throws IOException {
        byte[] page = new byte[PAGE_BYTES];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(page);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    /** Disk full in the middle of a log line; space again; 3 inc acknowledged; kill; restart. */
    @Test
    void fullDiskRefusesWritesSaysSoLeavesNoHalfLineAndLosesNothing() throws IOException {
        List<String> inNamespace = List.of(
                "nsenter", "--target", Long.toString(holder.pid()), "--user", "--mount", "--preserve-credentials");
        KilledServer server = new KilledServer(inNamespace, temporary.resolve("data"));
        int[] acknowledged = {1};
        server.untilKilled(client -> {
            incrementTimes(client, "a", 1);
            fill(mounted("filler"));
            String answer = client.ask(increment("a", 1));
            while (answer.equals(success("1"))) {
                acknowledged[0]++;
                answer = client.ask(increment("a", 1));
            }
            assertThat(answer).contains("internal_error", "Not applied", "no space is left");
            assertThat(Files.readString(mounted("data/karma.wal"), StandardCharsets.UTF_8)
                            .charAt(PAGE_BYTES - 1))
                    .as("the space ended in the middle of a line")
                    .isNotEqualTo('\n');
            assertThat(client.ask(command("health"))).contains("\"status\":\"disk_full\"");
            assertThat(client.ask(sum("a", 1))).isEqualTo(success(Integer.toString(acknowledged[0])));
            Files.delete(mounted("filler"));
            awaitHealthy(client);
            incrementTimes(client, "a", 3);
            acknowledged[0] += 3;
        });
        assertThat(Files.readString(mounted("data/karma.wal"), StandardCharsets.UTF_8))
                .endsWith("\n")
                .doesNotContain("}{");
        server.untilKilled((karma, client) -> {
            assertThat(client.ask(sum("a", 1))).isEqualTo(success(Integer.toString(acknowledged[0])));
            assertThat(client.ask(command("health"))).contains("\"status\":\"ok\"");
            assertThat(karma.output()).doesNotContain("wal.torn");
        });
    }

    private static void awaitHealthy(Client client) throws IOException {
        while (!client.ask(command("health")).contains("\"status\":\"ok\"")) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
