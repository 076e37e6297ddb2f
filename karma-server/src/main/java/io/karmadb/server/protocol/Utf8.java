package io.karmadb.server.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. The JSON parser is laxer, and a name it let
 * through could not be told to anyone again.
 *
 * <p><b>Source:</b> The Unicode Standard, table 3-7, "Well-Formed UTF-8 Byte Sequences".
 */
final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /** Says whether bytes are well-formed UTF-8. */
    static boolean isValid(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int i = skipAscii(bytes, offset, end);
        while (i < end) {
            int lead = bytes[i] & 0xFF;
            if (lead < 0x80) {
                i = skipAscii(bytes, i, end);
                continue;
            }
            int next = i + sequenceLength(lead);
            if (next == i || next > end || !isSecond(lead, bytes[i + 1] & 0xFF)) {
                return false;
            }
            for (int k = i + 2; k < next; k++) {
                if ((bytes[k] & 0xC0) != 0x80) {
                    return false;
                }
            }
            i = next;
        }
        return true;
    }

    private static int skipAscii(byte[] bytes, int from, int end) {
        int i = from;
        while (i + Long.BYTES <= end && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
            i += Long.BYTES;
        }
        while (i < end && bytes[i] >= 0) {
            i++;
        }
        return i;
    }

    private static int sequenceLength(int lead) {
        if (lead < 0xC2 || lead > 0xF4) {
            return 0;
        }
        return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    }

    private static boolean isSecond(int lead, int second) {
        int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        return low <= second && second <= high;
    }

    /** Says whether characters hold a surrogate without its partner, which JSON can escape but UTF-8 cannot hold. */
    static boolean hasLoneSurrogate(char[] text, int offset, int length) {
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            char c = text[i];
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isLowSurrogate(c) || i + 1 == end || !Character.isLowSurrogate(text[i + 1])) {
                return true;
            }
            i++;
        }
        return false;
    }

    /** Returns the number of bytes of characters without lone surrogates. */
    static int length(char[] text, int length) {
        int bytes = 0;
        for (int i = 0; i < length; i++) {
            char c = text[i];
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }

    /**
     * Encodes characters without lone surrogates.
     *
     * @param to room for {@link #length} bytes
     * @return the number of bytes
     */
    static int encode(char[] text, int length, byte[] to) {
        int at = 0;
        for (int i = 0; i < length; i++) {
            int c = text[i];
            if (c < 0x80) {
                to[at++] = (byte) c;
            } else if (c < 0x800) {
                to[at++] = (byte) (0xC0 | c >> 6);
                to[at++] = (byte) (0x80 | c & 0x3F);
            } else if (Character.isSurrogate((char) c)) {
                int point = Character.toCodePoint((char) c, text[++i]);
                to[at++] = (byte) (0xF0 | point >> 18);
                to[at++] = (byte) (0x80 | point >> 12 & 0x3F);
                to[at++] = (byte) (0x80 | point >> 6 & 0x3F);
                to[at++] = (byte) (0x80 | point & 0x3F);
            } else {
                to[at++] = (byte) (0xE0 | c >> 12);
                to[at++] = (byte) (0x80 | c >> 6 & 0x3F);
                to[at++] = (byte) (0x80 | c & 0x3F);
            }
        }
        return at;
    }
}
