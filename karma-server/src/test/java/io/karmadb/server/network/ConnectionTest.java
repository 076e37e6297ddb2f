package io.karmadb.server.network;

import static io.karmadb.server.network.Client.error;
import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.server.protocol.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What connections ask and are answered, over real sockets, by a store that does what the test says. */
@Timeout(60)
class ConnectionTest extends ScriptedServer {
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 100, 100_000})
    void requestsArriveWholeInPiecesOfAnySize(int pieceBytes) throws IOException {
        StringBuilder requests = new StringBuilder();
        for (int i = 1; i <= 50; i++) {
            requests.append(increment("a", 1))
                    .append(i % 2 == 0 ? "\n" : "\r\n")
                    .append(SUM)
                    .append('\n');
        }
        byte[] bytes = requests.toString().getBytes();
        try (Client client = new Client(start())) {
            for (int at = 0; at < bytes.length; at += pieceBytes) {
                client.send(java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + pieceBytes)));
            }
            for (int i = 1; i <= 50; i++) {
                assertThat(client.answer()).isEqualTo(success("1"));
                assertThat(client.answer()).isEqualTo(success(Integer.toString(i)));
            }
        }
    }

    @Test
    void aTokenForReadingAllowsWhatChangesNothing() throws IOException {
        NetworkSettings settings = settings(4096, Duration.ZERO, Duration.ZERO, "all", 100);
        try (Client client = new Client(start(settings.withReadOnlyToken("read")))) {
            for (Command command : Command.values()) {
                String request = "{\"command\":\"" + command.text()
                        + "\",\"tree_name\":\"a\",\"key\":1,\"time_from\":0,\"time_to\":1,\"token\":\"read\"}";
                String refused = error("unauthorized", "Unauthorized: this token allows only to read");
                switch (command) {
                    case PING, TREES, SUM, FIND, DUMPS, HEALTH, STATS, METRICS, VERIFY ->
                        assertThat(client.ask(request)).as(command.text()).doesNotContain("unauthorized");
                    default -> assertThat(client.ask(request)).isEqualTo(refused);
                }
            }
            assertThat(client.ask("{\"command\":\"create\",\"tree_name\":\"b\",\"token\":\"all\"}"))
                    .isEqualTo(success("\"OK\""));
            assertThat(client.ask("{\"command\":\"trees\",\"token\":\"read\"}")).isEqualTo(success("[\"b\"]"));
            assertThat(client.ask("{\"command\":\"trees\",\"token\":\"rea\"}"))
                    .isEqualTo(error("unauthorized", "Unauthorized"));
        }
    }

    @Test
    void lastLineWithoutLineEndIsExecutedAndAnswered() throws IOException {
        try (Client client = new Client(start())) {
            client.send(increment("a", 1) + "\n" + SUM);
            client.endInput();
            assertThat(client.rest()).isEqualTo(success("1") + "\r\n" + success("1") + "\r\n");
        }
    }

    @Test
    void everythingSentBeforeTheEndOfInputIsAnswered() throws IOException {
        int requests = 20_000;
        try (Client client = new Client(start())) {
            Thread sender = new Thread(() -> {
                try {
                    client.send((PING + "\n").repeat(requests));
                    client.endInput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            sender.start();
            assertThat(client.rest()).isEqualTo((PONG + "\r\n").repeat(requests));
        }
    }

    @Test
    void clientIsNotToldWhatAnUnexpectedExceptionSays() throws IOException {
        try (Client client = new Client(start())) {
            assertThat(client.ask("{\"command\":\"load\",\"tree_name\":\"1_a.tree\"}"))
                    .contains("internal_error")
                    .doesNotContain("secret");
            assertThat(client.ask(PING)).isEqualTo(PONG);
        }
    }

    @Test
    void longCommandsHoldUpTheirOwnConnectionOnly() throws IOException {
        store.longCommands = new CountDownLatch(1);
        int port = start();
        List<Client> busy = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            busy.add(new Client(port).send("{\"command\":\"verify\"}\n" + PING + "\n"));
        }
        await(() -> store.longCommandsRunning.get() > 0);
        store.busy = true;
        try (Client client = new Client(port)) {
            assertThat(client.ask(PING)).isEqualTo(PONG);
            assertThat(client.ask(increment("a", 1))).isEqualTo(success("1"));
            assertThat(client.ask("{\"command\":\"trees\"}")).isEqualTo(success("[\"a\"]"));
        }
        assertThat(busy.get(0).hasAnswerSoon()).isFalse();
        store.longCommands.countDown();
        for (Client client : busy) {
            assertThat(client.answer())
                    .isEqualTo(success("{\"status\":\"failed\",\"dump_count\":0,\"trees\":1,\"keys\":2,"
                            + "\"problems\":[\"a problem\"]}"));
            assertThat(client.answer()).isEqualTo(PONG);
            client.close();
        }
    }

    @Test
    void answerThatFailsInTheMiddleEndsTheConnection() throws IOException {
        store.fill("a", 100_000);
        store.cursorFailure = new IllegalStateException("no more");
        try (Client client = new Client(start())) {
            String rest = client.send(FIND_ALL + "\n").rest();
            assertThat(rest).startsWith("{\"protocol_version\":1,\"success\":true,\"response\":{\"1\":{");
            assertThat(rest).doesNotContain("\n");
        }
    }

    @Test
    void manySlowReadersOfLargeAnswersHoldUpNobody() throws IOException {
        store.fill("a", 60_000);
        int port = start(timeouts(0, 0));
        List<Client> slow = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            slow.add(new Client(port, 4096).send(FIND_ALL + "\n"));
        }
        await(() -> store.openCursors.get() == 50);
        try (Client client = new Client(port)) {
            assertThat(client.ask(PING)).isEqualTo(PONG);
            String whole = client.ask(FIND_ALL);
            assertThat(whole.substring(whole.length() - 60))
                    .endsWith("\"60000\":{\"20260501\":60000}},\"error_code\":null}");
            assertThat(slow.get(7).answer().equals(whole)).isTrue();
        }
        for (Client client : slow) {
            client.close();
        }
        await(() -> store.openCursors.get() == 0);
    }

    @Test
    void missingTreeOfAStreamedFindIsNotFound() throws IOException {
        try (Client client = new Client(start())) {
            client.send(PING + "\n" + FIND_ALL + "\n" + PING + "\n");
            assertThat(client.answer()).isEqualTo(PONG);
            assertThat(client.answer()).isEqualTo(error("not_found", "Tree \"a\" not found"));
            assertThat(client.answer()).isEqualTo(PONG);
        }
    }

    @Test
    void connectionThatPipelinesWithoutPauseLeavesTheOthersTheirTurn() throws Exception {
        int port = start();
        CountDownLatch enough = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Client greedy = new Client(port);
            byte[] requests = (increment("a", i) + "\n").repeat(1000).getBytes();
            threads.add(new Thread(() -> {
                try {
                    while (enough.getCount() > 0) {
                        greedy.send(requests);
                    }
                    greedy.close();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }));
            threads.add(new Thread(() -> {
                try {
                    greedy.rest();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        await(() -> store.lastLsn() > 1000);
        List<Client> modest = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            modest.add(new Client(port));
        }
        for (int round = 0; round < 50; round++) {
            for (Client client : modest) {
                long before = store.lastLsn();
                assertThat(client.ask(PING)).isEqualTo(PONG);
                // Between a ping and its answer each greedy connection has a few turns, not a whole buffer of requests.
                assertThat(store.lastLsn() - before).isLessThan(200_000);
            }
        }
        enough.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        for (Client client : modest) {
            client.close();
        }
    }
}
