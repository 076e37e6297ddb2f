package io.karmadb.wal;

import io.karmadb.Durability;
import io.karmadb.disk.Disk;
import io.karmadb.disk.RealDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Writes and reads logs in tests. The body of a line is {@link #body} of its LSN, so that a wrong one is seen. */
final class Logs {
    static final Disk DISK = new RealDisk();

    /** Small buffers; nothing happens by time alone but what the test is about. */
    static final LogSettings SETTINGS = new LogSettings(
            LineFormat.WRITTEN_LINE_BYTES_MAX,
            TimeUnit.MILLISECONDS.toNanos(200),
            TimeUnit.MILLISECONDS.toNanos(2),
            TimeUnit.MILLISECONDS.toNanos(10),
            TimeUnit.MILLISECONDS.toNanos(1),
            0);

    /** The same, and nothing is written before somebody asks for it. */
    static final LogSettings ON_DEMAND = new LogSettings(
            SETTINGS.bufferBytes(),
            TimeUnit.HOURS.toNanos(1),
            TimeUnit.HOURS.toNanos(1),
            SETTINGS.ballastNanos(),
            SETTINGS.spaceNanos(),
            0);

    private static final LineTemplate BODY = LineTemplate.withNumbers(
            utf8("\"command\":\"increment\",\"tree_name\":\"links\",\"key\":"), utf8(",\"count\":"));

    private Logs() {}

    /** A log read back. */
    record Content(List<Long> lsns, LogEnd end) {}

    static WriteAheadLog open(Disk disk, Path directory, Durability durability) {
        return WriteAheadLog.open(disk, directory, durability, 0, 1, false, SETTINGS);
    }

    /** Opens a log as the engine does, after whatever happened before. */
    static WriteAheadLog recover(Disk disk, Path directory, Durability durability) throws IOException {
        LogEnd end = read(directory).end();
        if (end.torn() != null) {
            LogRepair.cut(disk, directory, end.torn());
        }
        LogRepair.secure(disk, directory, end);
        LogFiles.finishRotation(disk, directory);
        LogFiles.sweep(disk, directory);
        return WriteAheadLog.open(disk, directory, durability, end.lastLsn(), end.currentFirstLsn(), false, SETTINGS);
    }

    static String body(long lsn) {
        return "\"command\":\"increment\",\"tree_name\":\"links\",\"key\":" + lsn * 31 + ",\"count\":" + lsn % 7;
    }

    /** Appends the line for the next LSN; for a single thread. */
    static long append(WriteAheadLog log) {
        long lsn = log.lastLsn() + 1;
        return log.append(BODY, lsn * 31, lsn % 7, 0);
    }

    static long append(WriteAheadLog log, int lines) {
        long lsn = 0;
        for (int i = 0; i < lines; i++) {
            lsn = append(log);
        }
        return lsn;
    }

    /** Writes a log of whole lines with one force each, so that they carry synced. */
    static void write(Path directory, int lines) {
        try (WriteAheadLog log = open(DISK, directory, Durability.FSYNC)) {
            for (int i = 0; i < lines; i++) {
                log.awaitDurable(append(log));
            }
        }
    }

    static Content read(Path directory) {
        return read(directory, 0, 0);
    }

    static Content read(Path directory, long afterLsn, long mustReach) {
        List<Long> lsns = new ArrayList<>();
        LogEnd end = LogReader.read(DISK, directory, afterLsn, mustReach, Long.MAX_VALUE, null, false, line -> {
            String body = text(line.array(), line.bodyStart(), line.bodyLength());
            if (!body.equals(body(line.lsn()))) {
                throw line.corrupt(body(line.lsn()), body);
            }
            lsns.add(line.lsn());
        });
        return new Content(lsns, end);
    }

    /** Encodes lines with consecutive LSNs and no synced. */
    static byte[] lines(long firstLsn, int count) {
        LineEncoder encoder = new LineEncoder(firstLsn);
        byte[] array = new byte[count * 256];
        int end = 0;
        for (long lsn = firstLsn; lsn < firstLsn + count; lsn++) {
            byte[] body = utf8(body(lsn));
            end = encoder.encode(array, end, LineTemplate.of(body), 0, 0, 0, 0);
        }
        return Arrays.copyOf(array, end);
    }

    static byte[] line(long lsn, long synced) {
        byte[] body = utf8(body(lsn));
        byte[] array = new byte[256];
        return Arrays.copyOf(array, new LineEncoder(lsn).encode(array, 0, LineTemplate.of(body), 0, 0, 0, synced));
    }

    static void put(Path directory, String name, byte[]... parts) throws IOException {
        Files.deleteIfExists(directory.resolve(name)); // some file systems flush a file that is cut and written again
        Files.write(directory.resolve(name), concat(parts));
    }

    static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }

    static byte[] bytes(Path directory, String name) throws IOException {
        return Files.readAllBytes(directory.resolve(name));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] array, int start, int length) {
        return new String(array, start, length, StandardCharsets.UTF_8);
    }

    static List<Long> range(long first, long last) {
        List<Long> lsns = new ArrayList<>();
        for (long lsn = first; lsn <= last; lsn++) {
            lsns.add(lsn);
        }
        return lsns;
    }
}
