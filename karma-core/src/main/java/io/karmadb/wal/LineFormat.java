package io.karmadb.wal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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

    /** {@link #CRC} as a word. */
    private static final long CRC_WORD;

    /** From the first byte that the CRC does not cover to the end of the object. */
    static final int TRAILER_BYTES = CRC.length + CRC_DIGITS + END.length;

    /** The digits of {@link Long#MAX_VALUE}. */
    static final int LSN_DIGITS_MAX = 19;

    /** The most that a line has besides its body and synced: LSN, comma, CRC, line end. */
    static final int UNSYNCED_FRAME_BYTES_MAX = LSN.length + LSN_DIGITS_MAX + 1 + TRAILER_BYTES + 1;

    /** The most that a line has besides its body. */
    static final int FRAME_BYTES_MAX = UNSYNCED_FRAME_BYTES_MAX + SYNCED.length + LSN_DIGITS_MAX;

    /** The longest line that is written, line end included. */
    static final int WRITTEN_LINE_BYTES_MAX = BODY_BYTES_MAX + FRAME_BYTES_MAX;

    /** Eight octets at once, the first in the lowest of the word. */
    static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    static {
        assert CRC.length == Long.BYTES && new String(END, StandardCharsets.US_ASCII).equals("\"}");
        CRC_WORD = (long) EIGHT.get(CRC, 0);
        assert WRITTEN_LINE_BYTES_MAX <= LINE_BYTES_MAX : "what is written can be read back";
    }

    private LineFormat() {}

    /**
     * Writes what follows the part of a line that its CRC covers, line end included.
     *
     * @return where it ends
     */
    static int putTrailer(int crc, byte[] into, int at) {
        EIGHT.set(into, at, CRC_WORD);
        EIGHT.set(into, at + Long.BYTES, hex(crc));
        int end = at + 2 * Long.BYTES;
        into[end] = '"';
        into[end + 1] = '}';
        into[end + 2] = '\n';
        return end + 3;
    }

    /** Says whether the digits at a place of an array are those of a CRC; upper case is not accepted. */
    static boolean isHex(int crc, byte[] array, int at) {
        return (long) EIGHT.get(array, at) == hex(crc);
    }

    /** Returns the eight hexadecimal digits of a CRC, the first in the lowest octet; all are made at once. */
    private static long hex(int crc) {
        long halves = crc >>> 16 | (crc & 0xFFFFL) << 32;
        long octets = halves >>> 8 & 0x0000_00FF_0000_00FFL | (halves & 0x0000_00FF_0000_00FFL) << 16;
        long digits = octets >>> 4 & 0x000F_000F_000F_000FL | (octets & 0x000F_000F_000F_000FL) << 8;
        long letters = digits + 0x0606_0606_0606_0606L >>> 4 & 0x0101_0101_0101_0101L; // 1 for ten and more
        return digits + 0x3030_3030_3030_3030L + letters * ('a' - '0' - 10);
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
