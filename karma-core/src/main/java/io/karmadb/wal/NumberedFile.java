package io.karmadb.wal;

import io.karmadb.CorruptionException;
import io.karmadb.RestoreException;
import io.karmadb.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;

/** Reads one file of numbered lines. For one use by one thread. */
final class NumberedFile {
    private final Disk disk;
    private final Path path;
    private final String name;
    private final LineHandler handler;
    private final LineDecoder decoder = new LineDecoder();

    private long nextLsn;
    private long goodLines;
    private long goodBytes;
    private long handedOver;

    /** Every line before this offset is known to have been forced. */
    private long forcedBytes;

    /** The line that comes into question as the first one of which that is not known. */
    private long unsureLsn;

    private long unsureOffset;

    private long reserveOffset = -1;

    NumberedFile(Disk disk, Path directory, String name, LineHandler handler) {
        this.disk = disk;
        this.path = disk.resolve(directory, name);
        this.name = name;
        this.handler = handler;
    }

    /**
     * Returns the LSN of the file's first line.
     *
     * @return the LSN, or 0 if the file is empty or its first line is not good
     */
    long firstLsn() throws IOException {
        try (LineScanner scanner = new LineScanner(disk, path, 0, Long.MAX_VALUE)) {
            return scanner.next() && decoder.decode(scanner.array(), scanner.start(), scanner.length())
                    ? decoder.lsn()
                    : 0;
        }
    }

    /** Says whether the file holds something that does not even start like a numbered line. */
    boolean isForeign() throws IOException {
        try (LineScanner scanner = new LineScanner(disk, path, 0, Long.MAX_VALUE)) {
            return scanner.next()
                    && !LineFormat.looksNumbered(scanner.array(), scanner.start(), scanner.length())
                    && !isReserve(scanner);
        }
    }

    /** Says whether nothing but zeros follows from the line on that a scanner stands on. */
    private boolean isReserve(LineScanner scanner) throws IOException {
        return scanner.length() > 0
                && scanner.array()[scanner.start()] == 0 // else the rest need not be read
                && Zeros.startOfTail(disk, path, scanner.offset()) == scanner.offset();
    }

    /**
     * Reads the file.
     *
     * @param firstLsn the LSN that its first line must have
     * @param firstLsnKnown false if that is only what it must have to be of use
     * @param afterLsn only lines above it are handed over
     * @param upToLsn where to stop
     * @param forcedLsn the LSN that must be there, if this is the log's last file; -1 if it is not, so that there can be
     *     no torn tail
     * @return the torn tail, or null; zeros reserved for lines to come are none, see {@link #reserveOffset()}
     * @throws CorruptionException if a line is not good and that is no torn tail
     * @throws RestoreException if an older server wrote to the file
     */
    TornTail read(long firstLsn, boolean firstLsnKnown, long afterLsn, long upToLsn, long forcedLsn)
            throws IOException {
        nextLsn = firstLsn;
        unsureLsn = firstLsn;
        long synced = forcedLsn;
        LogLine line = new LogLine(path, name);
        try (LineScanner scanner = new LineScanner(disk, path, 0, Long.MAX_VALUE)) {
            while (nextLsn <= upToLsn && scanner.next()) {
                if (!decoder.decode(scanner.array(), scanner.start(), scanner.length()) || decoder.lsn() != nextLsn) {
                    if (forcedLsn >= 0 && isReserve(scanner)) {
                        reserveOffset = scanner.offset();
                        return null;
                    }
                    return bad(scanner, firstLsnKnown || goodLines > 0, forcedLsn < 0 ? -1 : synced);
                }
                synced = Math.max(synced, decoder.synced());
                noteForced(scanner);
                if (nextLsn > afterLsn) {
                    line.setNumbered(scanner, decoder);
                    handler.line(line);
                    handedOver++;
                }
                goodLines++;
                goodBytes += scanner.bytes();
                nextLsn++;
            }
        }
        return null;
    }

    /** Looks at what a line says about those before it; where a line begins is known only of some of them. */
    private void noteForced(LineScanner scanner) {
        if (decoder.synced() > 0 && decoder.synced() >= unsureLsn - 1) {
            forcedBytes = unsureOffset;
            unsureLsn = nextLsn;
            unsureOffset = scanner.offset();
        }
    }

    private TornTail bad(LineScanner scanner, boolean lsnKnown, long forcedLsn) throws IOException {
        BadLine bad = new BadLine(path, scanner, decoder);
        byte[] array = scanner.array();
        if (decoder.decode(array, scanner.start(), scanner.length())) {
            throw bad.corrupt("LSN " + nextLsn); // a whole line in the wrong place is no unfinished write
        }
        if (!scanner.isOverlong()) {
            switch (OlderLine.of(array, scanner.start(), scanner.length())) {
                case OLDER -> {
                    if (forcedLsn >= 0) {
                        throw OlderFile.olderServerWrote(path, scanner);
                    }
                }
                case HALF_NUMBERED -> throw bad.corrupt("both lsn and crc, with LSN " + nextLsn);
                default -> {
                    // not whole, or with a CRC that does not fit
                }
            }
        }
        if (forcedLsn < 0) {
            throw bad.corrupt("LSN " + nextLsn + " in a whole line with its CRC-32C");
        }
        long claimed = lsnKnown ? 0 : decoder.claimedLsn(array, scanner.start(), scanner.length());
        return bad.tornElseCorrupt(disk, name, nextLsn, lsnKnown, claimed, forcedLsn);
    }

    /** Returns the LSN that the next line would have. */
    long nextLsn() {
        return nextLsn;
    }

    /** Returns the number of lines that were good. */
    long goodLines() {
        return goodLines;
    }

    /** Returns the size of the lines that were good. */
    long goodBytes() {
        return goodBytes;
    }

    /** Returns an offset before which every line is known to have been forced. */
    long forcedBytes() {
        return forcedBytes;
    }

    /** Returns where the zeros begin that were reserved for lines to come, -1 if there are none. */
    long reserveOffset() {
        return reserveOffset;
    }

    /** Returns the number of lines that were handed over. */
    long handedOver() {
        return handedOver;
    }
}
