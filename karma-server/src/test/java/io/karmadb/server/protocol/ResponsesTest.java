package io.karmadb.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ResponsesTest {
    private static String written(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer(1);
        writer.accept(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void writesUnsignedNumbersOfEveryLength() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long power = 1;
        for (int digits = 1; digits <= 20; digits++) {
            for (long value : new long[] {power - 1, power, power + 1, power * 9, -power}) {
                assertThat(written(out -> U64.write(out, value))).isEqualTo(Long.toUnsignedString(value));
            }
            power *= 10;
        }
        for (int i = 0; i < 10_000; i++) {
            long value = random.nextLong() >>> random.nextInt(64);
            String text = Long.toUnsignedString(value);
            assertThat(written(out -> U64.write(out, value)))
                    .as("seed=%d", seed)
                    .isEqualTo(text);
            assertThat(U64.fits(text.toCharArray(), 0, text.length())).isTrue();
            assertThat(U64.parse(text.toCharArray(), 0, text.length())).isEqualTo(value);
        }
    }

    @Test
    void escapesWhatJsonMustEscape() {
        assertThat(written(out -> Responses.error(out, ErrorCode.NOT_FOUND, "Tree \"a\\b\n\r\t\u0001ä日🙂\" not found")))
                .isEqualTo("{\"protocol_version\":1,\"success\":false,\"response\":"
                        + "\"Tree \\\"a\\\\b\\n\\r\\t\\u0001ä日🙂\\\" not found\",\"error_code\":\"not_found\"}\r\n");
    }

    @Test
    void neverWritesInvalidUtf8() {
        assertThat(written(out -> Responses.string(out, "a\ud800b"))).isEqualTo("\"a?b\"");
    }

    @Test
    void writesTheFrequentAnswers() {
        assertThat(written(Responses::pong))
                .isEqualTo("{\"protocol_version\":1,\"success\":true,\"response\":\"pong\",\"error_code\":null}\r\n");
        assertThat(written(Responses::ok)).contains("\"response\":\"OK\",");
        assertThat(written(Responses::one)).contains("\"response\":1,");
        assertThat(written(Responses::yes)).contains("\"response\":true,");
        assertThat(written(out -> Responses.number(out, -1))).contains("\"response\":18446744073709551615,");
    }
}
