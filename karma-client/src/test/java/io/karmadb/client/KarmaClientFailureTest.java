package io.karmadb.client;

import static io.karmadb.client.TestClients.SECRET;
import static io.karmadb.client.TestClients.client;
import static io.karmadb.client.TestClients.failure;
import static io.karmadb.client.TestClients.freePort;
import static io.karmadb.client.TestClients.increment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.client.ScriptedServer.Peer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client, and servers and networks that fail. */
@Timeout(120)
class KarmaClientFailureTest {
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
    void tokenIsInEveryRequestAndInNoText() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> peer.answerAll("1"));
                KarmaClient client = client(server.port()).build()) {
            client.increment("a", 1);
            assertThat(server.awaitRequest()).contains("\"token\":\"" + SECRET + "\"");
            assertThat(client.toString()).contains("token=set").doesNotContain(SECRET);
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
