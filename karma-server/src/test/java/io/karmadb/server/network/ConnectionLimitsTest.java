package io.karmadb.server.network;

import static io.karmadb.server.network.Client.error;
import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client may take: bytes, time, tries, connections. */
@Timeout(60)
class ConnectionLimitsTest extends ScriptedServer {
    @Test
    void tooLongRequestIsAnsweredAndTheConnectionClosed() throws IOException {
        NetworkSettings settings = settings(64, Duration.ofSeconds(5), Duration.ofSeconds(5), null, 10);
        int port = start(settings);
        String tooLarge = error("request_too_large", "Request exceeds 64 bytes") + "\r\n";
        String longest = PING + " ".repeat(64 - PING.length());
        try (Client client = new Client(port)) {
            assertThat(client.ask(longest)).isEqualTo(PONG);
            assertThat(client.ask(longest + "\r")).isEqualTo(PONG);
            client.send(PING + "\n" + longest + " \n" + PING + "\n");
            assertThat(client.answer()).isEqualTo(PONG);
            client.endInput();
            assertThat(client.rest()).isEqualTo(tooLarge);
        }
        try (Client client = new Client(port)) {
            // More than the server reads at once, so that closing too early would reset the answer away.
            client.send("x".repeat(3_000_000));
            client.endInput();
            assertThat(client.rest()).isEqualTo(tooLarge);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1",
                "GET /x?y=1 HTTP/1.0",
                "OPTIONS * HTTP/1.1",
                "PRI * HTTP/2.0",
                "get / HTTP/1.1",
                "M-SEARCH * HTTP/1.1"
            })
    void httpIsClosedAtItsFirstLine(String requestLine) throws IOException {
        try (Client client = new Client(start())) {
            client.send(requestLine + "\r\nHost: x\r\n\r\n" + increment("a", 1) + "\n");
            assertThat(client.rest()).isIn("", "<reset>");
        }
        assertThat(store.trees()).isEmpty();
    }

    @Test
    void wrongTokensSlowTheirConnectionDown() throws IOException {
        int port = start(settings(4096, Duration.ofSeconds(5), Duration.ofSeconds(5), "secret", 10));
        String wrong = "{\"command\":\"ping\",\"token\":\"Secret\"}\n";
        String right = "{\"command\":\"ping\",\"token\":\"secret\"}";
        long start = System.nanoTime();
        try (Client client = new Client(port);
                Client other = new Client(port)) {
            client.send(wrong.repeat(8));
            for (int i = 0; i < 8; i++) {
                assertThat(client.answer()).isEqualTo(error("unauthorized", "Unauthorized"));
                assertThat(other.ask(right)).isEqualTo(PONG);
            }
            assertThat(client.ask(right)).isEqualTo(PONG);
        }
        // The fourth to the eighth wrong one cost a delay each; only a lower bound can be relied on.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(450));
    }

    @Test
    void idleConnectionIsClosed() throws IOException {
        int port = start(timeouts(100, 5000));
        try (Client client = new Client(port)) {
            assertThat(client.ask(PING)).isEqualTo(PONG);
            assertThat(client.rest()).isEmpty();
        }
        await(() -> server.connections() == 0);
    }

    @Test
    void connectionThatWaitsForTheServerIsNotIdle() throws Exception {
        store.longCommands = new CountDownLatch(1);
        int port = start(timeouts(50, 5000));
        try (Client client = new Client(port);
                Client idle = new Client(port)) {
            client.send("{\"command\":\"dump_all\"}\n");
            await(() -> store.longCommandsRunning.get() == 1);
            // The one that came later has been closed, so the other one would have been.
            assertThat(idle.rest()).isEmpty();
            assertThat(client.hasAnswerSoon()).isFalse();
            store.longCommands.countDown();
            assertThat(client.answer()).isEqualTo(success("\"OK\""));
        }
    }

    @Test
    void requestThatComesByteByByteIsCutOffAtFourTimesTheTimeout() throws Exception {
        int port = start(timeouts(200, 5000));
        try (Client client = new Client(port)) {
            int sent = 0;
            try {
                for (; sent < 1000; sent++) {
                    client.send(" ");
                    if (client.hasAnswerSoon()) {
                        break;
                    }
                    if (server.connections() == 0) {
                        break;
                    }
                }
            } catch (IOException e) {
                // Closed by the server, as is expected sooner or later.
                assertThat(sent).isPositive();
            }
            assertThat(sent).isLessThan(1000);
        }
    }

    @Test
    void clientThatDoesNotTakeItsAnswersIsClosed() throws IOException {
        store.fill("a", 300_000);
        int port = start(timeouts(0, 200));
        try (Client client = new Client(port, 4096)) {
            client.send(FIND_ALL + "\n");
            await(() -> server.connections() == 1);
            await(() -> server.connections() == 0);
            assertThat(client.rest()).doesNotContain("\n");
        }
        await(() -> store.openCursors.get() == 0);
    }

    /** Of more the client would have to take much at once to be seen taking anything. */
    @Test
    void littleIsHandedToTheSystemThatTheClientHasNotTaken() throws IOException {
        store.fill("a", 300_000);
        int port = start(timeouts(0, 200));
        assumeFalse(server.transport() == TransportKind.NIO, "it leaves that to the system");
        try (Client client = new Client(port, 4096)) {
            client.send(FIND_ALL + "\n");
            await(() -> server.connections() == 1);
            await(() -> server.connections() == 0);
        }
        int bytesOfKey = "\"100000\":{\"20260501\":100000},".length();
        assertThat(store.keysShown.get() * bytesOfKey).isLessThan(1_000_000);
    }

    @Test
    void connectionsBeyondTheGreatestNumberWait() throws IOException {
        int port = start(settings(4096, Duration.ofSeconds(5), Duration.ofSeconds(5), null, 2));
        try (Client second = new Client(port)) {
            Client first = new Client(port);
            assertThat(first.ask(PING)).isEqualTo(PONG);
            assertThat(second.ask(PING)).isEqualTo(PONG);
            try (Client third = new Client(port)) {
                third.send(PING + "\n");
                assertThat(third.hasAnswerSoon()).isFalse();
                first.close();
                assertThat(third.answer()).isEqualTo(PONG);
            }
        }
    }
}
