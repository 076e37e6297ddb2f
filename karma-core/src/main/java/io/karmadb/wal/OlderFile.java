package io.karmadb.wal;

import io.karmadb.CorruptionException;
import io.karmadb.RestoreException;
import io.karmadb.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** Reads the log file of an older server, whose lines have neither LSN nor CRC. For one use by one thread. */
final class OlderFile {
    private final Disk disk;
    private final Path path;
    private final String name;
    private final long afterLsn;
    private final LineHandler handler;
    private final CRC32C checksum = new CRC32C();

    private long lines;
    private long bytes;
    private long handedOver;

    OlderFile(Disk disk, Path directory, String name, long afterLsn, LineHandler handler) {
        this.disk = disk;
        this.path = disk.resolve(directory, name);
        this.name = name;
        this.afterLsn = afterLsn;
        this.handler = handler;
    }

    /**
     * Reads a file of which no manifest knows.
     *
     * @return the torn tail, or null
     * @throws CorruptionException if a line is no whole JSON object, but for one without line end at the file's end
     * @throws RestoreException if there are numbered lines, so that a manifest has been lost
     */
    TornTail readUnknown() throws IOException {
        LogLine line = new LogLine(path, name);
        LineDecoder decoder = new LineDecoder();
        try (LineScanner scanner = new LineScanner(disk, path, 0, Long.MAX_VALUE)) {
            while (scanner.next()) {
                OlderLine kind = kind(scanner);
                if (kind != OlderLine.OLDER) {
                    return bad(scanner, kind, decoder);
                }
                take(scanner, line);
            }
        }
        return null;
    }

    private TornTail bad(LineScanner scanner, OlderLine kind, LineDecoder decoder) throws IOException {
        boolean numbered = kind == OlderLine.NUMBERED
                || LineFormat.looksNumbered(scanner.array(), scanner.start(), scanner.length());
        if (numbered && lines == 0 && kind != OlderLine.HALF_NUMBERED) {
            throw manifestLost(path);
        }
        if (kind == OlderLine.BROKEN && !numbered && !scanner.isEnded() && !scanner.isOverlong()) {
            return new TornTail(name, scanner.offset(), disk.size(path) - scanner.offset(), lines + 1);
        }
        throw new BadLine(path, scanner, decoder).corrupt("a whole JSON object with neither lsn nor crc");
    }

    /**
     * Reads a file of which the manifest knows.
     *
     * @param older what it knows
     * @param current whether the file is {@code karma.wal}, so that it can have a torn tail
     * @return the torn tail, or null
     * @throws CorruptionException if that is not what the file holds
     * @throws RestoreException if an older server has written to it since
     */
    TornTail readKnown(OlderLog older, boolean current) throws IOException {
        if (!matches(older)) {
            throw mismatch(older);
        }
        TornTail torn = tail(older, current);
        LogLine line = new LogLine(path, name);
        try (LineScanner scanner = new LineScanner(disk, path, 0, older.bytes())) {
            while (scanner.next()) {
                take(scanner, line);
            }
        }
        if (lines != older.lines()) {
            throw new CorruptionException(path, 0, older.lines() + " lines", lines + " lines");
        }
        return torn;
    }

    /** Says whether the file starts with what the manifest knows. */
    boolean matches(OlderLog older) throws IOException {
        return disk.size(path) >= older.bytes() && checksumOf(older.bytes()) == older.crc();
    }

    private TornTail tail(OlderLog older, boolean current) throws IOException {
        long length = disk.size(path) - older.bytes();
        if (length == 0) {
            return null;
        }
        if (!current) {
            throw new CorruptionException(path, older.bytes(), "the end of the file", length + " bytes more");
        }
        try (LineScanner scanner = new LineScanner(disk, path, older.bytes(), Long.MAX_VALUE)) {
            scanner.next();
            if (kind(scanner) == OlderLine.OLDER) {
                throw olderServerWrote(path, scanner);
            }
            if (scanner.isEnded()) {
                throw new BadLine(path, scanner, new LineDecoder())
                        .corrupt("the unfinished line that karma.manifest knows of, or the end of the file");
            }
        }
        return new TornTail(name, older.bytes(), length, older.lines() + 1);
    }

    private CorruptionException mismatch(OlderLog older) throws IOException {
        long size = disk.size(path);
        String found =
                size < older.bytes() ? size + " bytes" : "CRC-32C " + String.format("%08x", checksumOf(older.bytes()));
        return new CorruptionException(
                path,
                0,
                "the " + older.lines() + " lines of an older server that karma.manifest knows of: " + older.bytes()
                        + " bytes with CRC-32C " + String.format("%08x", older.crc()),
                found + "; if an older server has written here since, remove karma.manifest");
    }

    private int checksumOf(long length) throws IOException {
        CRC32C whole = new CRC32C();
        try (LineScanner scanner = new LineScanner(disk, path, 0, length)) {
            while (scanner.next()) {
                whole.update(scanner.array(), scanner.start(), scanner.bytes());
            }
        }
        return (int) whole.getValue();
    }

    private void take(LineScanner scanner, LogLine line) {
        lines++;
        bytes += scanner.bytes();
        checksum.update(scanner.array(), scanner.start(), scanner.bytes());
        if (lines > afterLsn) {
            line.setOlder(scanner, lines);
            handler.line(line);
            handedOver++;
        }
    }

    private static OlderLine kind(LineScanner scanner) {
        return scanner.isOverlong()
                ? OlderLine.BROKEN
                : OlderLine.of(scanner.array(), scanner.start(), scanner.length());
    }

    /** Makes the error for lines of ours in a directory without manifest. */
    static RestoreException manifestLost(Path file) {
        return new RestoreException(
                "This log belongs to a karma.manifest that is missing: file=" + file
                        + ". Put karma.manifest back from a copy of this directory; without it nobody knows which"
                        + " snapshots the log's lines follow",
                new CorruptionException(file, 0, "a karma.manifest, to which numbered lines belong", "none"));
    }

    /** Makes the error for lines of an older server in a log that is ours. */
    static RestoreException olderServerWrote(Path file, LineScanner at) {
        return new RestoreException(
                "An older server wrote here: file=" + file + ", line=" + at.number() + ", offset=" + at.offset()
                        + (at.number() == 1
                                ? ". Remove karma.manifest to take over its directory as it is, lines of that server"
                                        + " and its newest snapshots"
                                : ". Keep karma.manifest: the lines before these follow it. Move the lines from there"
                                        + " on into a file of their own, start Karma, and apply what they say by hand"),
                new CorruptionException(
                        file,
                        at.offset(),
                        "line " + at.number() + ": a line with LSN and CRC-32C",
                        "an older server's"));
    }

    /** Returns the number of lines. */
    long lines() {
        return lines;
    }

    /** Returns the size of the lines. */
    long bytes() {
        return bytes;
    }

    /** Returns the CRC-32C of the lines. */
    int crc() {
        return (int) checksum.getValue();
    }

    /** Returns the number of lines that were handed over. */
    long handedOver() {
        return handedOver;
    }
}
