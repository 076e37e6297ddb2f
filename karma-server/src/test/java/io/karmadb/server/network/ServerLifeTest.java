package io.karmadb.server.network;

import static io.karmadb.server.network.Client.error;
import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a server begins and ends, and what it leaves of those who came and went. */
@Timeout(60)
class ServerLifeTest extends ScriptedServer {
    @Test
    void whoConnectsBeforeThereIsAStoreIsServedOnceThereIs() throws IOException {
        for (TransportKind transport : transports()) {
            server = NetworkServer.bind(NetworkSettings.LOOPBACK.withTransport(transport));
            int port = server.address().getPort();
            try (Client first = new Client(port);
                    Client second = new Client(port)) {
                first.send(PING + "\n");
                second.send(PING + "\n" + PING + "\n").endInput();
                assertThat(first.hasAnswerSoon()).as(transport.toString()).isFalse();
                assertThat(server.connections()).isZero();
                server.serve(store);
                assertThat(first.answer()).isEqualTo(PONG);
                assertThat(second.rest()).isEqualTo((PONG + "\r\n").repeat(2));
                assertThatThrownBy(() -> server.serve(store)).isInstanceOf(IllegalStateException.class);
            }
            stop();
        }
    }

    @Test
    void whileTheStoreIsBeingLoadedHealthSaysSoAndNothingElseIsDone() throws IOException {
        server = NetworkServer.bind(settings(4096, Duration.ZERO, Duration.ZERO, "t", 100));
        server.announceLoading(Duration.ZERO, () -> "7 % read");
        String health = "{\"command\":\"health\",\"token\":\"t\"}";
        String increment = increment("a", 1).replace("}", ",\"token\":\"t\"}");
        try (Client client = new Client(server.address().getPort())) {
            assertThat(client.ask(health))
                    .contains("\"status\":\"loading\"", "\"uptime_seconds\":", "restoring: 7 % read")
                    .contains("\"success\":true");
            assertThat(client.ask(increment))
                    .isEqualTo(error(
                            "internal_error",
                            "Not applied: the server is loading its data (7 % read); try again later"));
            assertThat(client.ask("{\"command\":\"ping\",\"token\":\"t\"}")).isEqualTo(PONG);
            assertThat(client.ask("{\"command\":\"trees\"}")).isEqualTo(error("unauthorized", "Unauthorized"));
            assertThat(client.ask("{\"command\":\"sum\",\"token\":\"t\"}")).contains("validation_error");
            server.serve(store);
            assertThat(client.ask(increment)).isEqualTo(success("1"));
            assertThat(client.ask(health)).contains("\"status\":\"ok\"");
            assertThat(client.ask(SUM.replace("}", ",\"token\":\"t\"}"))).isEqualTo(success("1"));
        }
    }

    @Test
    void aServerThatNeverServesLetsGoOfWhoConnected() throws IOException {
        for (TransportKind transport : transports()) {
            server = NetworkServer.bind(NetworkSettings.LOOPBACK.withTransport(transport));
            int port = server.address().getPort();
            try (Client client = new Client(port)) {
                server.close();
                assertThat(client.rest()).isIn("", "<reset>");
            }
            assertThatThrownBy(() -> new Client(port)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> server.serve(store)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void eachTransportServes() throws IOException {
        for (TransportKind transport : transports()) {
            server = NetworkServer.bind(NetworkSettings.LOOPBACK.withTransport(transport));
            server.serve(store);
            assertThat(server.transport()).isEqualTo(transport);
            try (Client client = new Client(server.address().getPort())) {
                assertThat(client.ask(PING)).isEqualTo(PONG);
                client.send(PING);
                client.endInput();
                assertThat(client.rest()).isEqualTo(PONG + "\r\n");
            }
            server.close();
        }
    }

    @Test
    void openedAndClosedConnectionsLeaveNothing() throws IOException {
        int port = start();
        for (int i = 0; i < 2000; i++) {
            try (Client client = new Client(port)) {
                if (i % 3 == 0) {
                    client.send("{\"comm");
                } else if (i % 3 == 1) {
                    client.send(FIND_ALL + "\n" + PING + "\n");
                }
            }
        }
        await(() -> server.connections() == 0);
    }

    @Test
    void stopFinishesWhatRunsAndAnswersIt() throws Exception {
        store.longCommands = new CountDownLatch(1);
        int port = start();
        try (Client running = new Client(port);
                Client idle = new Client(port)) {
            assertThat(idle.ask(PING)).isEqualTo(PONG);
            running.send("{\"command\":\"dump_all\"}\n");
            await(() -> store.longCommandsRunning.get() == 1);
            Thread closing = new Thread(server::close);
            closing.start();
            assertThat(idle.rest()).isEmpty();
            assertThat(closing.isAlive()).isTrue();
            store.longCommands.countDown();
            assertThat(running.rest()).isEqualTo(success("\"OK\"") + "\r\n");
            running.endInput();
            closing.join();
        }
    }

    @Test
    void figuresCountClientsOnly() throws IOException {
        try (Client client = new Client(start())) {
            assertThat(client.ask("{\"command\":\"stats\"}")).contains("\"command_count\":0,\"error_count\":0");
            client.ask(PING);
            client.ask("nonsense");
            assertThat(client.ask("{\"command\":\"stats\"}")).contains("\"command_count\":3,\"error_count\":1");
            assertThat(client.ask("{\"command\":\"metrics\"}"))
                    .contains("# TYPE karma_commands_total counter\\nkarma_commands_total 4\\n");
        }
    }
}
