package io.karmadb.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.karmadb.client.ScriptedServer.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client, and servers and networks that fail. */
@Timeout(120)
class KarmaClientFailureTest {
    private static final String SECRET = "correct horse";

    private static KarmaClientBuilder client(int port) {
        return KarmaClient.builder().port(port).token(SECRET).requestTimeout(Duration.ofSeconds(60));
    }

    private static KarmaClientException failure(CompletableFuture<?> future) {
        Throwable thrown = catchThrowable(() -> future.get(60, TimeUnit.SECONDS));
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        assertThat(thrown.getCause()).isInstanceOf(KarmaClientException.class);
        assertThat(thrown.getCause()).hasMessageNotContaining(SECRET);
        return (KarmaClientException) thrown.getCause();
    }

    private static CompletableFuture<Void> increment(KarmaClient client) {
        return client.async().increment("a", 1).toCompletableFuture();
    }

    @Test
    void writeInFlightOnALostConnectionHasAnUnknownOutcomeAndIsNotSentAgain() throws Exception {
        try (ScriptedServer server = new ScriptedServer(Peer::request, peer -> peer.answerAll("1"));
                KarmaClient client = client(server.port()).build()) {
            KarmaClientException failure = failure(increment(client));
            assertThat(failure)
                    .isInstanceOf(KarmaOutcomeUnknownException.class)
                    .hasMessageContaining("increment was sent, but its outcome is unknown");
            assertThat(failure.outcome()).isEqualTo(KarmaClientException.Outcome.UNKNOWN);
            client.increment("a", 2);
            assertThat(server.connections()).isEqualTo(2);
            assertThat(server.requests()).hasSize(2);
            assertThat(server.requests().get(1)).contains("\"key\":2");
        }
    }

    @Test
    void resetConnectionIsLikeAClosedOne() throws Exception {
        try (ScriptedServer server = new ScriptedServer(
                        peer -> {
                            peer.request();
                            peer.reset();
                        },
                        peer -> peer.answerAll("1"));
                KarmaClient client = client(server.port()).build()) {
            assertThat(failure(increment(client))).isInstanceOf(KarmaOutcomeUnknownException.class);
            client.increment("a", 2);
        }
    }

    @Test
    void readInFlightOnALostConnectionIsSentAgain() throws Exception {
        try (ScriptedServer server = new ScriptedServer(Peer::request, Peer::request, peer -> peer.answerAll("7"));
                KarmaClient client = client(server.port()).build()) {
            assertThat(client.sum("a", 1)).isEqualTo(7);
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @Test
    void readThatBreaksEveryConnectionIsGivenUp() throws Exception {
        try (ScriptedServer server = new ScriptedServer(Peer::request);
                KarmaClient client = client(server.port()).build()) {
            assertThatThrownBy(() -> client.sum("a", 1))
                    .isInstanceOf(KarmaOutcomeUnknownException.class)
                    .hasMessageContaining("the server closed the connection");
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @Test
    void readsOfALostConnectionComeBackInTheirOrder() throws Exception {
        ScriptedServer.Script askedTwice = peer -> {
            peer.request();
            peer.request();
            peer.request();
        };
        ScriptedServer.Script counting = peer -> {
            for (String line = peer.request(); line != null; line = peer.request()) {
                peer.answer(line.replaceAll(".*\"key\":(\\d+).*", "$1"));
            }
        };
        try (ScriptedServer server = new ScriptedServer(askedTwice, counting);
                KarmaClient client = client(server.port()).build()) {
            List<CompletableFuture<Long>> sums = new ArrayList<>();
            for (int key = 0; key < 3; key++) {
                sums.add(client.async().sum("a", key).toCompletableFuture());
            }
            for (int key = 0; key < 3; key++) {
                assertThat(sums.get(key).get(60, TimeUnit.SECONDS)).isEqualTo(key);
            }
            List<String> again = server.requests().subList(3, 6);
            assertThat(again).isEqualTo(server.requests().subList(0, 3));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"protocol_version\":1,\"success\":tr",
                "{\"protocol_version\":1,\"success\":true,\"response\":1,\"error_code\":null}"
            })
    void answerCutInTheMiddleHasAnUnknownOutcome(String part) throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
                    peer.request();
                    peer.send(part);
                });
                KarmaClient client = client(server.port()).build()) {
            assertThat(failure(increment(client))).isInstanceOf(KarmaOutcomeUnknownException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "[]",
                "{}",
                "{\"success\":true}",
                "{\"response\":1,\"success\":true}",
                "{\"success\":true,\"response\":\"1\"}",
                "{\"success\":true,\"response\":-1}",
                "{\"success\":true,\"response\":18446744073709551616}",
                "{\"success\":true,\"response\":1} {}",
                "{\"success\":true,\"response\":1"
            })
    void answerThatIsNotOneEndsTheConnectionAndIsNotAskedForAgain(String line) throws Exception {
        try (ScriptedServer server = new ScriptedServer(
                        peer -> {
                            peer.request();
                            peer.send(line + "\r\n");
                            peer.ignoreAll();
                        },
                        peer -> peer.answerAll("3"));
                KarmaClient client = client(server.port()).build()) {
            assertThatThrownBy(() -> client.sum("a", 1))
                    .isInstanceOf(KarmaOutcomeUnknownException.class)
                    .hasMessageContaining("not what the protocol says");
            assertThat(client.sum("a", 1)).isEqualTo(3);
        }
    }

    @Test
    void lineThatNobodyAskedForEndsTheConnection() throws Exception {
        try (ScriptedServer server = new ScriptedServer(
                        peer -> {
                            peer.request();
                            peer.answer("1");
                            peer.answer("2");
                            peer.ignoreAll();
                        },
                        peer -> peer.answerAll("3"));
                KarmaClient client = client(server.port()).build()) {
            assertThat(client.sum("a", 1)).isEqualTo(1);
            long next = client.sum("a", 1);
            assertThat(next).as("of the second connection, or the stray line").isIn(2L, 3L);
            assertThat(client.sum("a", 1)).isEqualTo(3);
        }
    }

    @Test
    void answerOverTheLimitIsRefusedAndOthersGoOn() throws Exception {
        try (ScriptedServer server = new ScriptedServer(
                        peer -> {
                            peer.request();
                            peer.answer("\"" + "x".repeat(5000) + "\"");
                            peer.ignoreAll();
                        },
                        peer -> peer.answerAll("3"));
                KarmaClient client = client(server.port()).answerBytesMax(4096).build()) {
            assertThatThrownBy(client::metrics)
                    .isInstanceOf(KarmaOutcomeUnknownException.class)
                    .hasMessageContaining("answerBytesMax=4096");
            assertThat(client.sum("a", 1)).isEqualTo(3);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void serverThatDoesNotAnswerIsGivenUpAndItsConnectionToo() throws Exception {
        try (ScriptedServer server = new ScriptedServer(Peer::ignoreAll, peer -> peer.answerAll("1"));
                KarmaClient client = client(server.port())
                        .requestTimeout(Duration.ofMillis(200))
                        .build()) {
            assertThat(failure(increment(client)))
                    .isInstanceOf(KarmaOutcomeUnknownException.class)
                    .hasMessageContaining("no answer within 0.2 s");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void serverThatIsNotThereFailsRequestsAsNotSent() throws Exception {
        int port = freePort();
        try (KarmaClient client =
                client(port).requestTimeout(Duration.ofMillis(300)).build()) {
            KarmaClientException failure = failure(increment(client));
            assertThat(failure)
                    .isInstanceOf(KarmaNotSentException.class)
                    .hasMessageContaining("within 0.3 s")
                    .hasMessageContaining("127.0.0.1:" + port);
            assertThat(failure.outcome()).isEqualTo(KarmaClientException.Outcome.NOT_APPLIED);
        }
        try (KarmaClient client = client(port).connectAttemptsMax(1).build()) {
            assertThatThrownBy(client::ping)
                    .isInstanceOf(KarmaNotSentException.class)
                    .hasMessageContaining("cannot connect");
            assertThatThrownBy(() -> client.findAll("a", Days.ALL, (key, days) -> true))
                    .isInstanceOf(KarmaNotSentException.class)
                    .hasMessageContaining("cannot connect");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void requestWaitsForAServerThatComesLater() throws Exception {
        int port = freePort();
        try (KarmaClient client = client(port).build()) {
            CompletableFuture<Void> increment = increment(client);
            try (ScriptedServer server = new ScriptedServer(
                    new ServerSocket(port, 50, InetAddress.getLoopbackAddress()), peer -> peer.answerAll("1"))) {
                increment.get(60, TimeUnit.SECONDS);
                assertThat(server.requests()).hasSize(1);
            }
        }
    }

    @Test
    void connectionThatTheServerClosedWhileIdleIsReplacedUnnoticed() throws Exception {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(
                        peer -> {
                            peer.request();
                            peer.answer("1");
                            peer.endOutput();
                            peer.ignoreAll();
                            seen.complete(null);
                        },
                        peer -> peer.answerAll("1"));
                KarmaClient client = client(server.port()).build()) {
            client.increment("a", 1);
            seen.get(60, TimeUnit.SECONDS);
            client.increment("a", 2);
            assertThat(server.connections()).isEqualTo(2);
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void connectionThatIsNotUsedIsClosedByTheClient() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(
                        peer -> {
                            peer.answerAll("1");
                            closed.complete(null);
                        },
                        peer -> peer.answerAll("2"));
                KarmaClient client =
                        client(server.port()).idleTimeout(Duration.ofMillis(50)).build()) {
            client.increment("a", 1);
            closed.get(60, TimeUnit.SECONDS);
            client.increment("a", 1);
            assertThat(server.connections()).isGreaterThanOrEqualTo(2);
            assertThat(server.requests()).hasSize(2);
        }
    }

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
    void tokenIsInEveryRequestAndInNoText() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> peer.answerAll("1"));
                KarmaClient client = client(server.port()).build()) {
            client.increment("a", 1);
            assertThat(server.awaitRequest()).contains("\"token\":\"" + SECRET + "\"");
            assertThat(client.toString()).contains("token=set").doesNotContain(SECRET);
        }
    }

    @Test
    void streamedAnswerCutInTheMiddleIsSaidAfterWhatWasSeen() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
                    peer.request();
                    peer.send(
                            "{\"protocol_version\":1,\"success\":true,\"response\":{\"1\":{\"20260501\":2},\"2\":{\"2026");
                });
                KarmaClient client = client(server.port()).build()) {
            List<Long> seen = new ArrayList<>();
            assertThatThrownBy(() -> client.findAll("a", Days.ALL, (key, days) -> seen.add(key)))
                    .isInstanceOf(KarmaOutcomeUnknownException.class)
                    .hasMessageContaining("before the answer was whole");
            assertThat(seen).containsExactly(1L);
            try (InputStream stream =
                    client.stream(Request.of(KarmaCommand.FIND).tree("a").days(Days.ALL))) {
                assertThatThrownBy(stream::readAllBytes)
                        .isInstanceOf(IOException.class)
                        .hasCauseInstanceOf(KarmaOutcomeUnknownException.class);
            }
        }
    }

    @Test
    void streamedAnswerThatPausesForTooLongIsGivenUp() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
                    peer.request();
                    peer.send("{\"protocol_version\":1,\"success\":true,\"response\":{\"1\":{\"20260501\":2},");
                    peer.ignoreAll();
                });
                KarmaClient client = client(server.port())
                        .requestTimeout(Duration.ofMillis(200))
                        .build()) {
            assertThatThrownBy(() -> client.findAll("a", Days.ALL, (key, days) -> true))
                    .isInstanceOf(KarmaOutcomeUnknownException.class)
                    .hasMessageContaining("nothing came for 0.2 s");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100_000})
    void streamedAnswerMayComeInPiecesOfAnySize(int pieceBytes) throws Exception {
        String answer =
                "{\"protocol_version\":1,\"success\":true,\"response\":{\"18446744073709551615\":{\"20260501\":2,"
                        + "\"20260502\":18446744073709551615},\"2\":{}},\"error_code\":null}";
        try (ScriptedServer server = new ScriptedServer(peer -> {
                    peer.request();
                    String line = answer + "\r\n";
                    for (int i = 0; i < line.length(); i += pieceBytes) {
                        peer.send(line.substring(i, Math.min(line.length(), i + pieceBytes)));
                    }
                    peer.ignoreAll();
                });
                KarmaClient client = client(server.port()).build()) {
            StringBuilder seen = new StringBuilder();
            assertThat(client.findAll("a", Days.ALL, (key, days) -> {
                        seen.append(Long.toUnsignedString(key)).append(days);
                        return true;
                    }))
                    .isTrue();
            assertThat(seen).hasToString("18446744073709551615{\"20260501\":2,\"20260502\":18446744073709551615}2{}");
            try (InputStream stream =
                    client.stream(Request.of(KarmaCommand.FIND).tree("a").days(Days.ALL))) {
                assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(answer);
            }
        }
    }

    @Test
    void whatAVisitorThrowsIsPassedOn() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> peer.answerAll("{\"1\":{},\"2\":{}}"));
                KarmaClient client = client(server.port()).build()) {
            assertThatThrownBy(() -> client.findAll("a", Days.ALL, (key, days) -> {
                        throw new IllegalStateException("mine");
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("mine");
            AtomicInteger seen = new AtomicInteger();
            assertThat(client.findAll("a", Days.ALL, (key, days) -> seen.incrementAndGet() > 1))
                    .as("all seen")
                    .isFalse();
            assertThat(seen).hasValue(1);
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

    @Test
    void errorOfAWriteSaysWhetherItWasApplied() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> {
                    for (String code : List.of("Not applied: x", "Outcome unknown: y")) {
                        peer.request();
                        peer.send("{\"protocol_version\":1,\"success\":false,\"response\":\"" + code
                                + "\",\"error_code\":\"internal_error\"}\r\n");
                    }
                    peer.request();
                    peer.send("{\"success\":false,\"response\":\"z\",\"error_code\":\"brand_new\"}\r\n");
                });
                KarmaClient client = client(server.port()).build()) {
            assertThat(failure(increment(client)).outcome()).isEqualTo(KarmaClientException.Outcome.NOT_APPLIED);
            assertThat(failure(increment(client)).outcome()).isEqualTo(KarmaClientException.Outcome.UNKNOWN);
            KarmaServerException other = (KarmaServerException) failure(increment(client));
            assertThat(other.code()).isEqualTo(ErrorCode.OTHER);
            assertThat(other.codeText()).isEqualTo("brand_new");
        }
    }
}
