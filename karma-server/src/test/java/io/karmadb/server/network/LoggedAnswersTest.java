package io.karmadb.server.network;

import static io.karmadb.server.network.Client.error;
import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.DiskFullException;
import io.karmadb.OutcomeUnknownException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that wait for the log, and those of a log that fails. */
@Timeout(60)
class LoggedAnswersTest extends ScriptedServer {
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
}
