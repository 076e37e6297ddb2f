package io.karmadb.server.network;

import static io.karmadb.server.network.Client.error;
import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.karmadb.DiskFullException;
import io.karmadb.OutcomeUnknownException;
import io.karmadb.server.protocol.Command;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections over real sockets, to a store that does what the test says. */
@Timeout(60)
class ConnectionTest {
    private static final String PING = "{\"command\":\"ping\"}";
    private static final String PONG = success("\"pong\"");
    private static final String FIND_ALL =
            "{\"command\":\"find\",\"tree_name\":\"a\",\"time_from\":0,\"time_to\":99999999}";
    private static final String SUM = "{\"command\":\"sum\",\"tree_name\":\"a\",\"key\":1}";

    private final ScriptedStore store = new ScriptedStore();
    private NetworkServer server;

    private int start() throws IOException {
        return start(NetworkSettings.LOOPBACK);
    }

    private int start(NetworkSettings settings) throws IOException {
        return start(settings, Transport.best());
    }

    private int start(NetworkSettings settings, Transport transport) throws IOException {
        server = new NetworkServer(settings, transport);
        server.serve(store);
        return server.address().getPort();
    }

    private static NetworkSettings settings(
            int requestBytesMax, Duration read, Duration write, String token, int connectionsMax) {
        return new NetworkSettings("127.0.0.1", 0, true, requestBytesMax, read, write, token, connectionsMax);
    }

    private static NetworkSettings timeouts(long readMillis, long writeMillis) {
        return settings(4096, Duration.ofMillis(readMillis), Duration.ofMillis(writeMillis), null, 100);
    }

    @AfterEach
    void stop() {
        store.makeDurable(Long.MAX_VALUE);
        store.longCommands.countDown();
        if (server != null) {
            server.close();
            assertThat(server.connections()).isZero();
        }
        assertThat(store.openCursors).hasValue(0);
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(200_000);
        }
    }

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
    void whoConnectsBeforeThereIsAStoreIsServedOnceThereIs() throws IOException {
        for (Transport transport : List.of(Transport.nio(), Transport.best())) {
            server = new NetworkServer(NetworkSettings.LOOPBACK, transport);
            int port = server.address().getPort();
            try (Client first = new Client(port);
                    Client second = new Client(port)) {
                first.send(PING + "\n");
                second.send(PING + "\n" + PING + "\n").endInput();
                assertThat(first.hasAnswerSoon()).as(transport.name()).isFalse();
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
        server = new NetworkServer(settings(4096, Duration.ZERO, Duration.ZERO, "t", 100), Transport.best());
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
            String answer = client.ask(increment);
            while (answer.contains("loading")) { // the loop hears of the store a moment later
                answer = client.ask(increment);
            }
            assertThat(answer).isEqualTo(success("1"));
            assertThat(client.ask(health)).contains("\"status\":\"ok\"");
            assertThat(client.ask(SUM.replace("}", ",\"token\":\"t\"}"))).isEqualTo(success("1"));
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
    void aServerThatNeverServesLetsGoOfWhoConnected() throws IOException {
        for (Transport transport : List.of(Transport.nio(), Transport.best())) {
            server = new NetworkServer(NetworkSettings.LOOPBACK, transport);
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
    void bothTransportsServe() throws IOException {
        for (Transport transport : List.of(Transport.nio(), Transport.best())) {
            try (Client client = new Client(start(NetworkSettings.LOOPBACK, transport))) {
                assertThat(client.ask(PING)).isEqualTo(PONG);
                client.send(PING);
                client.endInput();
                assertThat(client.rest()).isEqualTo(PONG + "\r\n");
            }
            server.close();
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
    void answersWaitForTheLogAndKeepTheirOrder() throws IOException {
        store.durableAtOnce = false;
        try (Client client = new Client(start())) {
            client.send(PING + "\n" + increment("a", 1) + "\n" + SUM + "\nnonsense\n");
            await(() -> store.waiters() == 1);
            assertThat(client.hasAnswerSoon()).isFalse();
            client.send(increment("a", 1) + "\n" + PING + "\n");
            await(() -> store.lastLsn() == 2);
            store.makeDurable(1);
            assertThat(client.answer()).isEqualTo(PONG);
            assertThat(client.answer()).isEqualTo(success("1"));
            assertThat(client.answer()).isEqualTo(success("1"));
            assertThat(client.answer()).contains("invalid_json");
            assertThat(client.hasAnswerSoon()).isFalse();
            store.makeDurable(2);
            assertThat(client.answer()).isEqualTo(success("1"));
            assertThat(client.answer()).isEqualTo(PONG);
        }
    }

    @Test
    void oneRegistrationWithTheLogServesAllConnections() throws IOException {
        store.durableAtOnce = false;
        int port = start();
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(new Client(port).send(increment("a", 1) + "\n"));
        }
        await(() -> store.lastLsn() == 20);
        assertThat(store.waiters()).isLessThanOrEqualTo(Runtime.getRuntime().availableProcessors());
        store.makeDurable(20);
        // A registration may have been for less than all; whoever is left has registered again, and is durable.
        for (Client client : clients) {
            assertThat(client.answer()).isEqualTo(success("1"));
            client.close();
        }
    }

    @Test
    void clientThatPipelinesWhileTheLogStandsStillIsBounded() throws Exception {
        store.durableAtOnce = false;
        int requests = 200_000;
        try (Client client = new Client(start())) {
            Thread sender = new Thread(() -> {
                try {
                    client.send((increment("a", 1) + "\n").repeat(requests));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            sender.start();
            long bound = Outbox.WAITING_BYTES_MAX / success("1").length() + 2L * Connection.REQUESTS_PER_TURN;
            await(() -> store.lastLsn() > bound / 2);
            assertThat(client.hasAnswerSoon()).isFalse();
            assertThat(store.lastLsn()).isLessThan(bound);
            store.durableAtOnce = true;
            store.makeDurable(Long.MAX_VALUE);
            for (int i = 0; i < requests; i++) {
                assertThat(client.answer()).isEqualTo(success("1"));
            }
            sender.join();
        }
    }

    @Test
    void failedLogTurnsAnswersOfWritesIntoErrorsAndServesReads() throws IOException {
        store.durableAtOnce = false;
        store.fill("a", 1);
        try (Client client = new Client(start())) {
            client.send(increment("a", 1) + "\n");
            await(() -> store.lastLsn() == 1 && store.waiters() == 1);
            client.send(increment("a", 1) + "\n" + SUM + "\n" + increment("a", 2) + "\n" + PING + "\n");
            await(() -> store.lastLsn() == 3);
            store.makeDurable(1);
            assertThat(client.answer()).isEqualTo(success("1"));
            store.failLog(new OutcomeUnknownException("fsync failed", null));
            String unknown = error("internal_error", "Outcome unknown: fsync failed");
            assertThat(client.answer()).isEqualTo(unknown);
            assertThat(client.answer()).isEqualTo(success("3"));
            assertThat(client.answer()).isEqualTo(unknown);
            assertThat(client.answer()).isEqualTo(PONG);
            assertThat(client.ask(SUM)).isEqualTo(success("3"));
            assertThat(client.ask("{\"command\":\"health\"}")).contains("\"status\":\"failed\"", "fsync failed");
        }
    }

    @Test
    void refusedWritesSayThatTheyWereNotApplied() throws IOException {
        store.refusal = new DiskFullException("no space");
        try (Client client = new Client(start())) {
            assertThat(client.ask(increment("a", 1))).isEqualTo(error("internal_error", "Not applied: no space"));
            store.busy = true;
            assertThat(client.ask(increment("a", 1))).isEqualTo(error("internal_error", "Not applied: no space"));
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
    void commandThatWouldWaitRunsOnAWorkerInItsPlace() throws IOException {
        store.busy = true;
        store.durableAtOnce = false;
        try (Client client = new Client(start())) {
            client.send(PING + "\n" + increment("a", 1) + "\n" + SUM + "\n" + PING + "\n");
            assertThat(client.answer()).isEqualTo(PONG);
            await(() -> store.lastLsn() == 1);
            assertThat(client.hasAnswerSoon()).isFalse();
            store.makeDurable(1);
            assertThat(client.answer()).isEqualTo(success("1"));
            assertThat(client.answer()).isEqualTo(success("1"));
            assertThat(client.answer()).isEqualTo(PONG);
        }
    }

    @Test
    void notFoundWaitsForTheLogToo() throws IOException {
        store.durableAtOnce = false;
        store.createTree("b");
        try (Client client = new Client(start())) {
            client.send(SUM + "\n");
            assertThat(client.hasAnswerSoon()).isFalse();
            store.makeDurable(1);
            assertThat(client.answer()).isEqualTo(error("not_found", "Tree \"a\" not found"));
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
        assumeTrue(Epoll.isAvailable(), "other transports leave it to the system");
        store.fill("a", 300_000);
        int port = start(timeouts(0, 200));
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
