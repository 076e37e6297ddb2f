package io.karmadb.wal;

import static io.karmadb.wal.LineFormat.CRC;
import static io.karmadb.wal.LineFormat.CRC_DIGITS;
import static io.karmadb.wal.LineFormat.END;
import static io.karmadb.wal.LineFormat.LSN;
import static io.karmadb.wal.LineFormat.LSN_DIGITS_MAX;
import static io.karmadb.wal.LineFormat.SYNCED;
import static io.karmadb.wal.LineFormat.TRAILER_BYTES;

import java.util.zip.CRC32C;

/**
 * Takes numbered lines apart. Accepts exactly what {@link LineEncoder} writes, byte for byte, so that no change of a
 * line goes unseen. Not safe for use by several threads at once. Allocates nothing.
 */
final class LineDecoder {
    private final CRC32C checksum = new CRC32C();
    private long lsn;
    private long synced;
    private int bodyStart;
    private int bodyLength;

    /** Where the digits that {@link #decimal} has read end. */
    private int digitsEnd;

    /**
     * Checks a line and takes it apart.
     *
     * @param array holds the line
     * @param start where it starts
     * @param length its length without line end
     * @return whether it is whole and its CRC fits; if not, nothing is known of it
     */
    boolean decode(byte[] array, int start, int length) {
        int covered = length - TRAILER_BYTES;
        int end = start + covered;
        if (covered <= LSN.length
                || !LineFormat.holds(array, start, LSN)
                || !LineFormat.holds(array, end, CRC)
                || !LineFormat.holds(array, end + CRC.length + CRC_DIGITS, END)
                || !LineFormat.isHex(checksumOf(array, start, covered), array, end + CRC.length)) {
            return false;
        }
        lsn = decimal(array, start + LSN.length, end);
        if (lsn < 1 || digitsEnd == end || array[digitsEnd] != ',') {
            return false;
        }
        bodyStart = digitsEnd + 1;
        int bodyEnd = bodyEnd(array, end);
        bodyLength = bodyEnd - bodyStart;
        return bodyLength > 0 && synced < lsn;
    }

    /**
     * Returns the CRC that a line should have.
     *
     * @param length its length without line end
     * @return the CRC of what precedes the trailer, however the trailer looks
     */
    int checksumOf(byte[] array, int start, int length) {
        checksum.reset();
        checksum.update(array, start, length);
        return (int) checksum.getValue();
    }

    /**
     * Returns the LSN at the start of a line that is not good, as far as it can be told.
     *
     * @return the LSN, or 0 if there is none
     */
    long claimedLsn(byte[] array, int start, int length) {
        if (!LineFormat.looksNumbered(array, start, length)) {
            return 0;
        }
        int end = start + length;
        long claimed = decimal(array, start + LSN.length, end);
        return claimed >= 1 && digitsEnd < end && array[digitsEnd] == ',' ? claimed : 0;
    }

    long lsn() {
        return lsn;
    }

    /** Returns what the line says was forced to the device before it; 0 if it says nothing. */
    long synced() {
        return synced;
    }

    int bodyStart() {
        return bodyStart;
    }

    int bodyLength() {
        return bodyLength;
    }

    /** Finds the end of the body, which is where {@code synced} starts if the line has one. */
    private int bodyEnd(byte[] array, int end) {
        synced = 0;
        int digitsStart = end;
        while (digitsStart > bodyStart && array[digitsStart - 1] >= '0' && array[digitsStart - 1] <= '9') {
            digitsStart--;
        }
        int fieldStart = digitsStart - SYNCED.length;
        if (digitsStart == end || fieldStart < bodyStart || !LineFormat.holds(array, fieldStart, SYNCED)) {
            return end;
        }
        long value = decimal(array, digitsStart, end);
        if (value < 1) {
            return end;
        }
        synced = value;
        return fieldStart;
    }

    /** Reads the decimal digits from a place on; 0 or less if they are no LSN, which has no leading zero. */
    private long decimal(byte[] array, int from, int end) {
        long value = 0;
        int at = from;
        while (at < end && array[at] >= '0' && array[at] <= '9' && at - from < LSN_DIGITS_MAX) {
            value = value * 10 + (array[at++] - '0');
        }
        digitsEnd = at;
        return at == from || array[from] == '0' ? 0 : value; // 19 digits wrap to a negative number at most
    }
}
