package io.karmadb.wal;

import java.nio.charset.StandardCharsets;

/** The fixed parts and limits of a numbered line; {@link LineEncoder} and {@link LineDecoder} ask here for both. */
final class LineFormat {
    /** The longest body. A tree's name of 64 KiB, every byte of it escaped to six, leaves room for the other fields. */
    static final int BODY_BYTES_MAX = 512 * 1024;

    /** The longest line that is read, line end included: older servers knew no limit but that of a request. */
    static final int LINE_BYTES_MAX = 16 * 1024 * 1024;

    static final byte[] LSN = ascii("{\"lsn\":");
    static final byte[] SYNCED = ascii(",\"synced\":");
    static final byte[] CRC = ascii(",\"crc\":\"");
    static final byte[] END = ascii("\"}");

    static final int CRC_DIGITS = 8;

    /** From the first byte that the CRC does not cover to the end of the object. */
    static final int TRAILER_BYTES = CRC.length + CRC_DIGITS + END.length;

    /** The digits of {@link Long#MAX_VALUE}. */
    static final int LSN_DIGITS_MAX = 19;

    /** The most that a line has besides its body: LSN, comma, synced, CRC, line end. */
    static final int FRAME_BYTES_MAX =
            LSN.length + LSN_DIGITS_MAX + 1 + SYNCED.length + LSN_DIGITS_MAX + TRAILER_BYTES + 1;

    /** The longest line that is written, line end included. */
    static final int WRITTEN_LINE_BYTES_MAX = BODY_BYTES_MAX + FRAME_BYTES_MAX;

    private static final byte[] HEX = ascii("0123456789abcdef");

    static {
        assert WRITTEN_LINE_BYTES_MAX <= LINE_BYTES_MAX : "what is written can be read back";
    }

    private LineFormat() {}

    /** Writes the digits of a CRC at a place of an array. */
    static void putHex(int crc, byte[] into, int at) {
        for (int i = 0; i < CRC_DIGITS; i++) {
            into[at + i] = HEX[crc >>> (28 - 4 * i) & 0xf];
        }
    }

    /** Says whether the digits at a place of an array are those of a CRC; upper case is not accepted. */
    static boolean isHex(int crc, byte[] array, int at) {
        int different = 0;
        for (int i = 0; i < CRC_DIGITS; i++) {
            different |= array[at + i] ^ HEX[crc >>> (28 - 4 * i) & 0xf];
        }
        return different == 0;
    }

    /** Says whether an array holds a fixed part at a place; the caller knows that there are enough bytes. */
    static boolean holds(byte[] array, int at, byte[] part) {
        for (int i = 0; i < part.length; i++) {
            if (array[at + i] != part[i]) {
                return false;
            }
        }
        return true;
    }

    /** Says whether bytes start like a numbered line, whatever follows. */
    static boolean looksNumbered(byte[] array, int start, int length) {
        return length >= LSN.length && holds(array, start, LSN);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
