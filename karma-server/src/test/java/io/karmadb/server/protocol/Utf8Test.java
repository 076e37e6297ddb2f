package io.karmadb.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The JDK's decoder, which is strict, is the model. */
class Utf8Test {
    private static boolean isValidForTheJdk(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Test
    void agreesWithTheJdkOnAllShortSequences() {
        byte[] bytes = new byte[3];
        for (int i = 0; i < 1 << 24; i += 1) {
            bytes[0] = (byte) (i >> 16);
            if (bytes[0] >= 0) {
                i |= 0xFFFF;
                continue;
            }
            bytes[1] = (byte) (i >> 8);
            bytes[2] = (byte) i;
            if (bytes[2] > 1 && bytes[2] < 0x7E) {
                continue;
            }
            if (Utf8.isValid(bytes, 0, 3) != isValidForTheJdk(bytes)) {
                assertThat(Utf8.isValid(bytes, 0, 3)).as("bytes=%06x", i).isEqualTo(isValidForTheJdk(bytes));
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
