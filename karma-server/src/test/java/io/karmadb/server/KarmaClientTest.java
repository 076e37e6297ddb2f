package io.karmadb.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.Tree;
import io.karmadb.client.DayCounts;
import io.karmadb.client.Days;
import io.karmadb.client.ErrorCode;
import io.karmadb.client.KarmaClient;
import io.karmadb.client.KarmaClientBuilder;
import io.karmadb.client.KarmaClientException;
import io.karmadb.client.KarmaCommand;
import io.karmadb.client.KarmaOutcomeUnknownException;
import io.karmadb.client.KarmaServerException;
import io.karmadb.client.Request;
import io.karmadb.server.network.NetworkSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client of {@code karma-client} and the real server. */
@Timeout(120)
class KarmaClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long MAX = -1;

    @TempDir
    private Path directory;

    private KarmaStore store;
    private KarmaServer server;

    @BeforeEach
    void start() throws IOException {
        store = KarmaStore.open(KarmaOptions.builder()
                .directory(directory)
                .history(HistoryKind.ON_HEAP)
                .durability(Durability.BUFFERED)
                .build());
        server = KarmaServer.start(store, NetworkSettings.LOOPBACK);
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    private KarmaClientBuilder client() {
        return KarmaClient.builder().port(server.port()).requestTimeout(PATIENCE);
    }

    private static NetworkSettings settings(int port, Duration readTimeout, String token) {
        NetworkSettings loopback = NetworkSettings.LOOPBACK;
        return new NetworkSettings(
                loopback.host(),
                port,
                true,
                loopback.requestBytesMax(),
                readTimeout,
                loopback.writeTimeout(),
                token,
                loopback.connectionsMax());
    }

    private void restart(int port, Duration readTimeout, String token) throws IOException {
        server.close();
        server = KarmaServer.start(store, settings(port, readTimeout, token));
    }

    @Test
    void everyCommandIsAnswered() {
        Days today = new Days(store.today(), store.today());
        try (KarmaClient client = client().build()) {
            client.ping();
            client.create("a\"b ü");
            client.increment("a", MAX);
            client.increment("a", 7);
            client.increment("a", 7);
            client.decrement("a", 7);
            assertThat(client.trees()).containsExactly("a\"b ü", "a");
            assertThat(client.sum("a", MAX)).isEqualTo(1);
            assertThat(client.sum("a", 7, today)).isEqualTo(1);
            assertThat(client.sum("a", 7, new Days(20200101, 20201231))).isZero();
            assertThat(client.find("a", 7, Days.ALL)).hasToString("{\"" + store.today() + "\":1}");
            assertThat(client.find("a", 8, Days.ALL).size()).isZero();
            assertThat(client.findAll("a", Days.ALL)).containsOnlyKeys(7L, MAX);
            client.delete("a", 7, today);
            assertThat(client.sum("a", 7)).isZero();
            client.delete("a", today);
            client.reset("a", 7);
            client.reset("a");
            client.dump("a");
            client.dumpAll();
            assertThat(client.dumps()).hasSize(3);
            String newest = client.dumps().stream()
                    .filter(file -> file.endsWith("_a.tree"))
                    .findFirst()
                    .orElseThrow();
            client.drop("a");
            assertThat(client.load(newest)).isEqualTo("Tree \"a\" loaded");
            assertThat(client.health().isOk()).isTrue();
            assertThat(client.health().walEnabled()).isTrue();
            assertThat(client.stats().trees()).isEqualTo(2);
            assertThat(client.stats().keys()).isEqualTo(2);
            assertThat(client.stats().commands()).isGreaterThan(20);
            assertThat(client.metrics()).contains("\nkarma_keys 2\n");
            assertThat(client.verify().isOk()).isTrue();
            assertThat(client.verify().problems()).isEmpty();
            assertThat(client.exchange(Request.of(KarmaCommand.PING)))
                    .isEqualTo("{\"protocol_version\":1,\"success\":true,\"response\":\"pong\",\"error_code\":null}");
        }
    }

    @Test
    void numbersAreUnsignedUpToTheirMaximum() {
        store.tree("a").increment(MAX, MAX);
        try (KarmaClient client = client().build()) {
            assertThat(Long.toUnsignedString(client.sum("a", MAX))).isEqualTo("18446744073709551615");
            DayCounts days = client.find("a", MAX, Days.ALL);
            assertThat(days.count(0)).isEqualTo(MAX);
            assertThat(days.on(store.today())).isEqualTo(MAX);
            assertThatThrownBy(() -> client.increment("a", MAX))
                    .isInstanceOfSatisfying(KarmaServerException.class, failure -> {
                        assertThat(failure.code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
                        assertThat(failure.outcome()).isEqualTo(KarmaClientException.Outcome.NOT_APPLIED);
                    });
        }
    }

    @Test
    void pipelinedRequestsAreCarriedOutAndAnsweredInOrder() throws Exception {
        int rounds = 5000;
        try (KarmaClient client = client().build()) {
            List<CompletableFuture<Long>> sums = new ArrayList<>();
            AtomicLong answered = new AtomicLong();
            for (int i = 0; i < rounds; i++) {
                long expected = i;
                client.async().increment("a", 1);
                sums.add(client.async()
                        .sum("a", 1)
                        .whenComplete((sum, failure) -> assertThat(answered.compareAndSet(expected, expected + 1))
                                .isTrue())
                        .toCompletableFuture());
            }
            for (int i = 0; i < rounds; i++) {
                assertThat(sums.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(i + 1);
            }
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void manyThreadsCountExactly() throws Exception {
        int threads = 8;
        int each = 500;
        try (KarmaClient client = client().inFlightMax(3).build()) {
            List<Thread> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(new Thread(() -> {
                    for (int k = 0; k < each; k++) {
                        client.increment("a", 1);
                    }
                }));
            }
            all.forEach(Thread::start);
            for (Thread thread : all) {
                thread.join();
            }
            assertThat(client.sum("a", 1)).isEqualTo((long) threads * each);
        }
    }

    @Test
    void restartedServerIsFoundAgain() throws IOException {
        int port = server.port();
        try (KarmaClient client = client().build()) {
            client.increment("a", 1);
            restart(port, Duration.ofSeconds(5), null);
            assertThat(client.sum("a", 1)).isEqualTo(1);
            server.close();
            CompletableFuture<Long> waiting = client.async().sum("a", 1).toCompletableFuture();
            restart(port, Duration.ofSeconds(5), null);
            assertThat(waiting.join()).isEqualTo(1);
        }
    }

    @Test
    void everyIncrementAcrossRestartsIsCountedOnceIfAnsweredAndAtMostOnceIfNot() throws Exception {
        int port = server.port();
        AtomicLong acknowledged = new AtomicLong();
        AtomicLong unknown = new AtomicLong();
        AtomicLong tried = new AtomicLong();
        try (KarmaClient client = client().inFlightMax(100).build()) {
            Thread counting = new Thread(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    tried.incrementAndGet();
                    client.async().increment("a", 1).whenComplete((done, failure) -> {
                        if (failure == null) {
                            acknowledged.incrementAndGet();
                        } else if (failure instanceof KarmaOutcomeUnknownException) {
                            unknown.incrementAndGet();
                        }
                    });
                }
            });
            counting.start();
            for (int i = 0; i < 5; i++) {
                long before = acknowledged.get();
                while (acknowledged.get() < before + 500) {
                    Thread.onSpinWait();
                }
                restart(port, Duration.ofSeconds(5), null);
            }
            counting.interrupt();
            counting.join();
            long sum = client.sum("a", 1);
            assertThat(sum).isBetween(acknowledged.get(), acknowledged.get() + unknown.get());
            assertThat(acknowledged.get() + unknown.get()).isBetween(tried.get() - 1, tried.get());
        }
    }

    @Test
    void connectionThatTheServerClosesWhenIdleIsNotNoticed() throws Exception {
        restart(0, Duration.ofSeconds(1), null);
        try (KarmaClient client = client().idleTimeout(PATIENCE).build()) {
            client.increment("a", 1);
            while (server.connections() > 0) {
                Thread.onSpinWait();
            }
            client.increment("a", 1);
            assertThat(client.sum("a", 1)).isEqualTo(2);
        }
    }

    @Test
    void tokenOpensAndAWrongOneIsRefused() throws IOException {
        restart(0, Duration.ofSeconds(5), "correct horse");
        try (KarmaClient client = client().token("correct horse").build()) {
            client.increment("a", 1);
            assertThat(client.findAll("a", Days.ALL, (key, days) -> true)).isTrue();
        }
        try (KarmaClient client = client().token("wrong").build()) {
            assertThatThrownBy(() -> client.increment("a", 1))
                    .isInstanceOfSatisfying(
                            KarmaServerException.class,
                            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.UNAUTHORIZED));
            assertThatThrownBy(() -> client.findAll("a", Days.ALL, (key, days) -> true))
                    .isInstanceOf(KarmaServerException.class);
        }
    }

    @Test
    void missingTreeIsNotFoundInEveryForm() {
        try (KarmaClient client = client().build()) {
            assertThatThrownBy(() -> client.sum("nope", 1))
                    .isInstanceOfSatisfying(KarmaServerException.class, failure -> {
                        assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND);
                        assertThat(failure.codeText()).isEqualTo("not_found");
                        assertThat(failure).hasMessage("Tree \"nope\" not found");
                    });
            assertThatThrownBy(() -> client.findAll("nope", Days.ALL, (key, days) -> true))
                    .isInstanceOf(KarmaServerException.class);
            assertThat(client.exchange(Request.of(KarmaCommand.DROP).tree("nope")))
                    .contains("\"success\":false", "not_found");
        }
    }

    @Test
    void largeTreeIsStreamedWhileOthersAreAnsweredHoweverSlowTheVisitor() throws Exception {
        int keys = 100_000;
        Tree tree = store.tree("a");
        for (int key = 0; key < keys; key++) {
            tree.increment(key);
        }
        BitSet seen = new BitSet(keys);
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        try (KarmaClient client = client().answerBytesMax(1024).build()) {
            CompletableFuture<Boolean> all = client.async()
                    .findAll(
                            "a",
                            Days.ALL,
                            (key, days) -> {
                                begun.complete(null);
                                goOn.join();
                                seen.set((int) key);
                                return days.size() == 1 && days.count(0) == 1;
                            },
                            Executors.newSingleThreadExecutor(task -> {
                                Thread thread = new Thread(task);
                                thread.setDaemon(true);
                                return thread;
                            }))
                    .toCompletableFuture();
            begun.get(60, TimeUnit.SECONDS);
            assertThat(client.sum("a", 1)).isEqualTo(1);
            assertThat(all).isNotDone();
            goOn.complete(null);
            assertThat(all.get(60, TimeUnit.SECONDS)).isTrue();
            assertThat(seen.cardinality()).isEqualTo(keys);
            assertThatThrownBy(() -> client.findAll("a", Days.ALL))
                    .isInstanceOf(KarmaOutcomeUnknownException.class)
                    .hasMessageContaining("answerBytesMax=1024");
        }
    }

    @Test
    void visitorThatHasSeenEnoughEndsTheAnswer() {
        Tree tree = store.tree("a");
        for (int key = 0; key < 100_000; key++) {
            tree.increment(key);
        }
        AtomicLong seen = new AtomicLong();
        try (KarmaClient client = client().build()) {
            assertThat(client.findAll("a", Days.ALL, (key, days) -> seen.incrementAndGet() < 10))
                    .isFalse();
            assertThat(seen).hasValue(10);
            while (server.connections() > 0) {
                Thread.onSpinWait(); // the server learns that nobody reads any more
            }
        }
    }
}
