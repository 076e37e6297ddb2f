package io.karmadb.wal;

import io.karmadb.CorruptionException;
import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The first line of a file that is not good, and the decision what that means: a torn tail or corruption.
 *
 * <p>A crash leaves an unfinished write behind: the file ends within it, or blocks of it never reached the device and
 * read as zeros. It can only hold what was never forced. Lines that were say so: {@code synced} in any good line of the
 * file, also a later one, tells what had been forced before that line was written, and the manifest tells the same.
 */
final class BadLine {
    /** Files grow by whole blocks, of which this is the smallest. */
    private static final int BLOCK_BYTES = 512;

    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int EXCERPT_BYTES = 80;

    private final Path path;
    private final long offset;
    private final long number;
    private final String found;

    /**
     * Notes where a line is.
     *
     * @param path the file
     * @param scanner stands on the line
     * @param decoder tells what its CRC should have been
     */
    BadLine(Path path, LineScanner scanner, LineDecoder decoder) {
        this.path = path;
        offset = scanner.offset();
        number = scanner.number();
        found = describe(scanner, decoder);
    }

    /** Makes the error for a line that is no torn tail. */
    CorruptionException corrupt(String expected) {
        return LogLine.corrupt(path, offset, number, expected, found);
    }

    /**
     * Decides whether the line starts a torn tail of the log's last file.
     *
     * @param file the file's bare name
     * @param lsn the LSN that the line must have
     * @param lsnKnown false if no line before it tells that LSN, so that the line may be an earlier one
     * @param claimedLsn the LSN with which the line starts, if it is not known otherwise; 0 for none
     * @param forcedLsn the highest LSN known to have been forced, from earlier lines and the manifest
     * @return the torn tail
     * @throws CorruptionException if it is none
     */
    TornTail tornElseCorrupt(Disk disk, String file, long lsn, boolean lsnKnown, long claimedLsn, long forcedLsn)
            throws IOException {
        String expected = "LSN " + lsn + " in a whole line with its CRC-32C";
        if (!isUnfinished(disk)) {
            throw corrupt(expected);
        }
        long forced = forcedLsn;
        long lsnMax = claimedLsn > 0 ? Math.min(lsn, claimedLsn) : lsn;
        LineDecoder decoder = new LineDecoder();
        try (LineScanner later = new LineScanner(disk, path, offset, Long.MAX_VALUE)) {
            while (later.next()) {
                if (decoder.decode(later.array(), later.start(), later.length())) {
                    forced = Math.max(forced, decoder.synced());
                    lsnMax = lsnKnown ? lsnMax : Math.min(lsnMax, decoder.lsn() - 1);
                }
            }
        }
        if (lsnMax <= forced) {
            throw corrupt(expected + ", since the log had been forced up to LSN " + forced);
        }
        return new TornTail(file, offset, Zeros.startOfTail(disk, path, offset) - offset, lsn);
    }

    /**
     * Says whether the line has the marks of an unfinished write: the file ends in it, or zero bytes reach from within
     * it to the end of a block. If they reach to the end of the file, that ends in the line.
     */
    private boolean isUnfinished(Disk disk) throws IOException {
        boolean zerosToBlockEnd = false;
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        try (DiskFile file = disk.open(path, Disk.Mode.READ)) {
            long at = offset;
            while (file.read(chunk.clear(), at) > 0) {
                chunk.flip();
                while (chunk.hasRemaining()) {
                    byte octet = chunk.get();
                    at++;
                    if (octet == '\n') {
                        return zerosToBlockEnd;
                    }
                    zerosToBlockEnd |= octet == 0 && at % BLOCK_BYTES == 0;
                }
            }
            return true;
        }
    }

    private static String describe(LineScanner scanner, LineDecoder decoder) {
        byte[] array = scanner.array();
        int start = scanner.start();
        int length = scanner.length();
        String shown = length == 0 ? "an empty line" : excerpt(array, start, length) + " of " + length + " bytes";
        if (scanner.isOverlong()) {
            return shown + " and more, which is longer than any line";
        }
        if (!scanner.isEnded()) {
            return shown + " and the end of the file";
        }
        int covered = length - LineFormat.TRAILER_BYTES;
        if (covered > 0 && LineFormat.holds(array, start + covered, LineFormat.CRC)) {
            return shown + ", whose CRC-32C is " + String.format("%08x", decoder.checksumOf(array, start, covered));
        }
        return shown;
    }

    private static String excerpt(byte[] array, int start, int length) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = start; i < start + Math.min(length, EXCERPT_BYTES); i++) {
            if (array[i] >= ' ' && array[i] < 0x7f) {
                text.append((char) array[i]);
            } else {
                text.append(String.format("\\x%02x", array[i]));
            }
        }
        return text.append(length > EXCERPT_BYTES ? "...\"" : "\"").toString();
    }
}
