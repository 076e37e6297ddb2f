package io.karmadb.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The JDK's decoder, which is strict, is the model. */
class Utf8Test {
    private static boolean isValidForTheJdk(byte[] bytes) {
        return !StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes), CharBuffer.allocate(bytes.length), true)
                .isError();
    }

    @Test
    void agreesWithTheJdkOnAllStartsOfSequences() {
        byte[] edges = {0x00, 0x7F, (byte) 0x80, (byte) 0xBF, (byte) 0xC0, (byte) 0xFF};
        byte[] bytes = new byte[4];
        for (int start = 0x8000; start <= 0xFFFF; start++) {
            bytes[0] = (byte) (start >> 8);
            bytes[1] = (byte) start;
            for (int i = 0; i < edges.length * edges.length; i++) {
                bytes[2] = edges[i / edges.length];
                bytes[3] = edges[i % edges.length];
                boolean expected = isValidForTheJdk(bytes);
                if (Utf8.isValid(bytes, 0, bytes.length) != expected) {
                    fail("bytes=%s, expected valid=%s", HexFormat.of().formatHex(bytes), expected);
                }
            }
        }
    }

    @Test
    void agreesWithTheJdkOnRandomTextWithDamage() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String text = random.ints(random.nextInt(40), 0, 0x11_0000)
                    .filter(point -> point < 0xD800 || point > 0xDFFF)
                    .map(point -> random.nextBoolean() ? point : point & 0x7F)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            assertThat(Utf8.isValid(bytes, 0, bytes.length)).as("seed=%d", seed).isTrue();
            char[] chars = text.toCharArray();
            assertThat(Utf8.hasLoneSurrogate(chars, 0, chars.length)).isFalse();
            byte[] encoded = new byte[Utf8.length(chars, chars.length)];
            assertThat(Utf8.encode(chars, chars.length, encoded)).isEqualTo(bytes.length);
            assertThat(encoded).as("seed=%d", seed).isEqualTo(bytes);
            if (bytes.length > 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                assertThat(Utf8.isValid(bytes, 0, bytes.length))
                        .as("seed=%d", seed)
                        .isEqualTo(isValidForTheJdk(bytes));
            }
        }
    }
}
