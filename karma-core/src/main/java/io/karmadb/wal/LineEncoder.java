package io.karmadb.wal;

import static io.karmadb.wal.LineFormat.CRC;
import static io.karmadb.wal.LineFormat.CRC_DIGITS;
import static io.karmadb.wal.LineFormat.END;
import static io.karmadb.wal.LineFormat.LSN;
import static io.karmadb.wal.LineFormat.LSN_DIGITS_MAX;
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
    private final byte[] digits = new byte[LSN_DIGITS_MAX];

    /** The start of the next line: the fixed part, its LSN and a comma. */
    private final byte[] opening = new byte[LSN.length + LSN_DIGITS_MAX + 1];

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
        openingLength = putDecimal(firstLsn, opening, LSN.length);
        opening[openingLength++] = ',';
    }

    /** Returns the LSN that the next line gets. */
    long nextLsn() {
        return lsn;
    }

    /**
     * Writes one line, line end included, whose body is two ranges of bytes; the caller has made sure that there is
     * room.
     *
     * @param synced the LSN to put on the line as {@code synced}, or 0 for none
     * @return where the line ends in {@code into}
     */
    int encode(byte[] into, int at, byte[] head, int headLength, byte[] tail, int tailLength, long synced) {
        assert synced < lsn : "synced=" + synced + ", lsn=" + lsn;
        int end = at;
        System.arraycopy(opening, 0, into, end, openingLength);
        end += openingLength;
        System.arraycopy(head, 0, into, end, headLength);
        end += headLength;
        System.arraycopy(tail, 0, into, end, tailLength);
        end += tailLength;
        if (synced > 0) {
            System.arraycopy(SYNCED, 0, into, end, SYNCED.length);
            end = putDecimal(synced, into, end + SYNCED.length);
        }
        checksum.reset();
        checksum.update(into, at, end - at);
        System.arraycopy(CRC, 0, into, end, CRC.length);
        end += CRC.length;
        LineFormat.putHex((int) checksum.getValue(), into, end);
        end += CRC_DIGITS;
        System.arraycopy(END, 0, into, end, END.length);
        end += END.length;
        into[end++] = '\n';
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

    private int putDecimal(long value, byte[] into, int at) {
        int count = 0;
        for (long rest = value; rest != 0; rest /= 10) {
            digits[count++] = (byte) ('0' + rest % 10);
        }
        int end = at;
        while (count > 0) {
            into[end++] = digits[--count];
        }
        return end;
    }
}
