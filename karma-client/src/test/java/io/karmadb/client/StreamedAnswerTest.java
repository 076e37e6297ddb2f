package io.karmadb.client;

import static io.karmadb.client.TestClients.client;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are read while they come, whole and not. */
@Timeout(120)
class StreamedAnswerTest {
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
}
