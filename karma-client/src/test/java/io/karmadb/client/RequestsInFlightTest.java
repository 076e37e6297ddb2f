package io.karmadb.client;

import static io.karmadb.client.TestClients.client;
import static io.karmadb.client.TestClients.failure;
import static io.karmadb.client.TestClients.freePort;
import static io.karmadb.client.TestClients.increment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.karmadb.client.ScriptedServer.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many requests a client lets be under way, and what becomes of them when it is closed or its caller interrupted. */
@Timeout(120)
class RequestsInFlightTest {
    @Test
    void closeWhileInFlightFailsWithAnUnknownOutcomeAndWhatWaitsAsNotSent() throws Exception {
        try (ScriptedServer server = new ScriptedServer(Peer::ignoreAll)) {
            KarmaClient client = client(server.port()).inFlightMax(2).build();
            CompletableFuture<Void> first = increment(client);
            server.awaitRequest();
            client.close();
            assertThat(failure(first)).isInstanceOf(KarmaOutcomeUnknownException.class);
            assertThat(failure(increment(client)))
                    .isInstanceOf(KarmaNotSentException.class)
                    .hasMessageContaining("closed");
            assertThatThrownBy(() -> client.findAll("a", Days.ALL, (key, days) -> true))
                    .isInstanceOf(KarmaNotSentException.class);
            client.close();
        }
    }

    @Test
    void closeFailsWhatWaitsForAConnection() throws Exception {
        KarmaClient client = client(freePort()).build();
        CompletableFuture<Void> waiting = increment(client);
        client.close();
        assertThat(failure(waiting)).isInstanceOf(KarmaNotSentException.class).hasMessageContaining("closed");
    }

    @Test
    void tooManyInFlightWaitForTheirTurn() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> peer.answerAll("1"));
                KarmaClient client = client(server.port()).inFlightMax(1).build()) {
            List<CompletableFuture<Void>> many = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                many.add(increment(client));
            }
            for (CompletableFuture<Void> one : many) {
                one.get(60, TimeUnit.SECONDS);
            }
            assertThat(server.requests()).hasSize(1000);
        }
    }

    @Test
    void tooManyInFlightFailAsNotSentWhenTheirTimeIsUp() throws Exception {
        try (ScriptedServer server = new ScriptedServer(Peer::ignoreAll);
                KarmaClient client = client(server.port())
                        .requestTimeout(Duration.ofMillis(100))
                        .inFlightMax(1)
                        .build()) {
            CompletableFuture<Void> first = client.async().dumpAll().toCompletableFuture();
            assertThat(failure(increment(client)))
                    .isInstanceOf(KarmaNotSentException.class)
                    .hasMessageContaining("inFlightMax=1");
            assertThat(first).isNotDone();
        }
    }

    @Test
    void clientsOwnThreadNeverWaits() throws Exception {
        AtomicReference<Throwable> blocking = new AtomicReference<>();
        AtomicReference<CompletableFuture<Void>> overLimit = new AtomicReference<>();
        CompletableFuture<Void> attached = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(peer -> {
                    peer.request();
                    attached.join();
                    peer.answer("1");
                    peer.ignoreAll();
                });
                KarmaClient client = client(server.port()).inFlightMax(1).build()) {
            CompletableFuture<Void> called = client.async()
                    .increment("a", 1)
                    .thenRun(() -> {
                        blocking.set(catchThrowable(client::ping));
                        increment(client);
                        overLimit.set(increment(client));
                    })
                    .toCompletableFuture();
            attached.complete(null);
            called.get(60, TimeUnit.SECONDS);
            assertThat(blocking.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("must not wait");
            assertThat(overLimit.get()).isCompletedExceptionally();
            assertThat(failure(overLimit.get())).hasMessageContaining("inFlightMax=1");
        }
    }

    @Test
    void requestOverTheLimitIsNotSent() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> peer.answerAll("1"));
                KarmaClient client = client(server.port()).requestBytesMax(100).build()) {
            assertThatThrownBy(() -> client.increment("x".repeat(100), 1))
                    .isInstanceOf(KarmaNotSentException.class)
                    .hasMessageContaining("requestBytesMax=100");
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void interruptedCallerIsTold() throws Exception {
        try (ScriptedServer server = new ScriptedServer(Peer::ignoreAll);
                KarmaClient client = client(server.port()).build()) {
            Thread.currentThread().interrupt();
            Throwable thrown = catchThrowable(() -> client.increment("a", 1));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(thrown).isInstanceOf(KarmaOutcomeUnknownException.class).hasMessageContaining("interrupted");
        }
    }

    @Test
    void maintenanceHoldsUpNothing() throws Exception {
        CompletableFuture<Void> release = new CompletableFuture<>();
        ScriptedServer.Script script = peer -> {
            for (String line = peer.request(); line != null; line = peer.request()) {
                if (line.contains("dump_all")) {
                    release.join();
                }
                peer.answer("1");
            }
        };
        try (ScriptedServer server = new ScriptedServer(script);
                KarmaClient client = client(server.port())
                        .requestTimeout(Duration.ofSeconds(30))
                        .build()) {
            CompletableFuture<Void> dump = client.async().dumpAll().toCompletableFuture();
            assertThat(server.awaitRequest()).contains("dump_all");
            client.increment("a", 1);
            assertThat(dump).isNotDone();
            release.complete(null);
            dump.get(60, TimeUnit.SECONDS);
        }
    }
}
