package io.karmadb.wal;

import static io.karmadb.wal.LineFormat.EIGHT;
import static io.karmadb.wal.LineFormat.LSN;
import static io.karmadb.wal.LineFormat.SYNCED;

import java.util.zip.CRC32C;

/**
 * Writes numbered lines with consecutive LSNs. Not safe for use by several threads at once. Allocates nothing.
 *
 * <p>The start of the next line, {@code {"lsn":7,}, is kept ready as bytes and counted up digit by digit: that costs
 * about one addition a line where a division for each digit would cost more than the CRC.
 */
final class LineEncoder {
    private final CRC32C checksum = new CRC32C();

    /** The start of the next line: the fixed part, its LSN and a comma; read in whole words. */
    private final byte[] opening = new byte[LSN.length + Decimal.BYTES_MAX + 1];

    private int openingLength;
    private long lsn;

    /**
     * Makes an encoder.
     *
     * @param firstLsn the LSN of the first line, 1 or more
     */
    LineEncoder(long firstLsn) {
        assert firstLsn >= 1 : firstLsn;
        lsn = firstLsn;
        System.arraycopy(LSN, 0, opening, 0, LSN.length);
        openingLength = Decimal.put(opening, LSN.length, firstLsn);
        opening[openingLength++] = ',';
    }

    /** Returns the LSN that the next line gets. */
    long nextLsn() {
        return lsn;
    }

    /**
     * Writes one line, line end included; the caller has made sure that there is room.
     *
     * @param body the body, with up to three numbers
     * @param synced the LSN to put on the line as {@code synced}, or 0 for none
     * @return where the line ends in {@code into}
     */
    int encode(byte[] into, int at, LineTemplate body, long first, long second, long third, long synced) {
        assert synced < lsn : "synced=" + synced + ", lsn=" + lsn;
        for (int i = 0; i < openingLength; i += Long.BYTES) {
            EIGHT.set(into, at + i, (long) EIGHT.get(opening, i));
        }
        int end = body.put(into, at + openingLength, first, second, third);
        if (synced > 0) {
            System.arraycopy(SYNCED, 0, into, end, SYNCED.length);
            end = Decimal.put(into, end + SYNCED.length, synced);
        }
        checksum.reset();
        checksum.update(into, at, end - at);
        end = LineFormat.putTrailer((int) checksum.getValue(), into, end);
        countUp();
        return end;
    }

    private void countUp() {
        lsn++;
        int at = openingLength - 2;
        while (opening[at] == '9') {
            opening[at--] = '0';
        }
        if (at >= LSN.length) {
            opening[at]++;
        } else { // all were nines: one digit more
            opening[LSN.length] = '1';
            opening[openingLength - 1] = '0';
            opening[openingLength++] = ',';
        }
    }
}
