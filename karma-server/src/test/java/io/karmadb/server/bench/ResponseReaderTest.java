package io.karmadb.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseReaderTest {
    /** Feeds pieces of a size, and returns for each answer "ok" or its error. */
    private static List<String> read(ResponseReader reader, String text, int piece) {
        byte[] all = text.getBytes(StandardCharsets.US_ASCII);
        List<String> answers = new ArrayList<>();
        for (int start = 0; start < all.length; start += piece) {
            int end = Math.min(all.length, start + piece);
            for (int at = reader.next(all, start, end); at >= 0; at = at < end ? reader.next(all, at, end) : -1) {
                answers.add(reader.isError() ? reader.errorText() : "ok");
            }
        }
        return answers;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 100, 10_000})
    void findsAnswersOfKarmaInPiecesOfAnySize(int piece) {
        String success = "{\"protocol_version\":1,\"success\":true,\"response\":1,\"error_code\":null}\r\n";
        String failure =
                "{\"protocol_version\":1,\"success\":false,\"response\":\"no\",\"error_code\":\"not_found\"}\r\n";
        List<String> answers = read(new KarmaResponseReader(), success + failure + success, piece);
        assertThat(answers).hasSize(3);
        assertThat(answers.get(0)).isEqualTo("ok");
        assertThat(answers.get(1)).endsWith("\"error_code\":\"not_found\"}");
        assertThat(answers.get(2)).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 100, 10_000})
    void findsAnswersOfRedisInPiecesOfAnySize(int piece) {
        String text = ":12\r\n$-1\r\n$2\r\n\r\n\r\n-ERR no\r\n+PONG\r\n$0\r\n\r\n";
        assertThat(read(new RedisResponseReader(), text, piece))
                .containsExactly("ok", "ok", "ok", "ERR no", "ok", "ok");
    }
}
