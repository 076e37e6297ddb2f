package io.karmadb.server.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of one operation's requests, in which nothing but the key varies.
 *
 * @param head what comes before the key; all of it if there is no key
 * @param tail what comes after the key
 * @param hasKey whether there is a key
 * @param keyHasLength whether the key's length and a line end come before it, as Redis has it
 */
record RequestTemplate(byte[] head, byte[] tail, boolean hasKey, boolean keyHasLength) {
    private static final int DIGITS_MAX = 19;
    private static final int LENGTH_BYTES_MAX = 4;

    static RequestTemplate of(String request) {
        return new RequestTemplate(bytes(request), new byte[0], false, false);
    }

    static RequestTemplate withKey(String head, String tail, boolean keyHasLength) {
        return new RequestTemplate(bytes(head), bytes(tail), true, keyHasLength);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    int bytesMax() {
        return head.length + tail.length + DIGITS_MAX + LENGTH_BYTES_MAX;
    }

    /** Appends a request; there must be room for {@link #bytesMax}. */
    void put(long key, ByteBuffer out) {
        out.put(head);
        if (hasKey) {
            int digits = digits(key);
            if (keyHasLength) {
                putDecimal(digits, digits(digits), out);
                out.put((byte) '\r').put((byte) '\n');
            }
            putDecimal(key, digits, out);
        }
        out.put(tail);
    }

    private static void putDecimal(long value, int digits, ByteBuffer out) {
        int start = out.position();
        long rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            out.put(start + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        out.position(start + digits);
    }

    private static int digits(long value) {
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }
}
