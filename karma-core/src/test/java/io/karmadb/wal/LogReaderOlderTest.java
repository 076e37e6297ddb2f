package io.karmadb.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CorruptionException;
import io.karmadb.Durability;
import io.karmadb.RestoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderOlderTest {
    private static final String FIRST = "{\"command\":\"create\",\"tree_name\":\"дерево\"}";
    private static final String SECOND = "{\"command\":\"increment\",\"tree_name\":\"links\",\"key\":{\"lsn\":[1]}}";

    @TempDir
    private Path directory;

    private final List<String> read = new ArrayList<>();

    private LogEnd readWithoutManifest() {
        return read(0, 0, null, true);
    }

    private LogEnd read(long afterLsn, long mustReach, OlderLog older, boolean olderAllowed) {
        read.clear();
        return LogReader.read(
                Logs.DISK,
                directory,
                afterLsn,
                mustReach,
                Long.MAX_VALUE,
                older,
                olderAllowed,
                line -> read.add(
                        line.lsn() + (line.older() ? " " + Logs.text(line.array(), line.start(), line.length()) : "")));
    }

    private void put(String text) throws IOException {
        Logs.put(directory, "karma.wal", Logs.utf8(text));
    }

    private static OlderLog older(LogEnd end) {
        return new OlderLog(end.olderLines(), end.olderBytes(), end.olderCrc(), 20261123);
    }

    @Test
    void linesWithoutNumbersAreNumberedWhereThereIsNoManifest() throws IOException {
        put(FIRST + "\n" + SECOND + "\n");
        Instant changed = Instant.parse("2026-05-01T10:00:00Z");
        Files.setLastModifiedTime(directory.resolve("karma.wal"), FileTime.from(changed));
        LogEnd end = readWithoutManifest();
        assertThat(read).containsExactly("1 " + FIRST, "2 " + SECOND);
        assertThat(end.olderLines()).isEqualTo(2);
        assertThat(end.lastLsn()).isEqualTo(2);
        assertThat(end.currentFirstLsn()).isEqualTo(1);
        assertThat(end.olderBytes()).isEqualTo(Files.size(directory.resolve("karma.wal")));
        assertThat(end.olderLastModified()).isEqualTo(changed);
        assertThat(end.torn()).isNull();
    }

    @Test
    void nothingAtAllIsAnEmptyLog() throws IOException {
        assertThat(readWithoutManifest()).isEqualTo(new LogEnd(0, 0, 0, 0, 0, null, 1, 0, -1, 0, null));
        put("");
        assertThat(readWithoutManifest()).isEqualTo(new LogEnd(0, 0, 0, 0, 0, null, 1, 0, -1, 0, null));
    }

    @Test
    void everyCutGivesThePrefix() throws IOException {
        byte[] whole = Logs.utf8(FIRST + "\n" + SECOND + "\n");
        int first = Logs.utf8(FIRST).length;
        for (int cut = 0; cut <= whole.length; cut++) {
            Logs.put(directory, "karma.wal", Arrays.copyOf(whole, cut));
            LogEnd end = readWithoutManifest();
            int lines = cut >= whole.length - 1 ? 2 : cut >= first ? 1 : 0;
            int good = lines == 2 ? cut : lines == 1 ? Math.min(cut, first + 1) : 0;
            assertThat(read).as("cut at %s", cut).hasSize(lines);
            assertThat(end.olderBytes()).isEqualTo(good);
            assertThat(end.torn())
                    .isEqualTo(good == cut ? null : new TornTail("karma.wal", good, cut - good, lines + 1));
        }
    }

    @Test
    void brokenLinesAreCorruptButForAnUnfinishedLastOne() throws IOException {
        for (String line : new String[] {
            "",
            "{",
            "[]",
            "1",
            "{} {}",
            "{}x",
            "{\"a\":1,}",
            "\u0000",
            "{\"lsn\":1}",
            "{\"crc\":\"x\"}",
            "{\"a\":\"\n\"}"
        }) {
            put(FIRST + "\n" + line + "\n" + SECOND + "\n");
            assertThatThrownBy(this::readWithoutManifest).as(line).isInstanceOf(CorruptionException.class);
            put(FIRST + "\n" + line + "\n");
            assertThatThrownBy(this::readWithoutManifest).as(line).isInstanceOf(CorruptionException.class);
        }
        for (String line : new String[] {"{\"lsn\":1,\"a\":2}", "{\"crc\":\"x\"}"}) { // whole, though unended
            put(FIRST + "\n" + line);
            assertThatThrownBy(this::readWithoutManifest).as(line).isInstanceOf(CorruptionException.class);
        }
        put(FIRST + "\n" + "{\"tree\u0000\u0000\u0000");
        assertThat(readWithoutManifest().torn().lsn()).isEqualTo(2);
    }

    @Test
    void numberedLinesWithoutAManifestAreRefused() throws IOException {
        Logs.put(directory, "karma.wal", Logs.lines(1, 2));
        assertThatThrownBy(this::readWithoutManifest)
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("karma.manifest");
        byte[] torn = Arrays.copyOf(Logs.lines(1, 1), 30);
        Logs.put(directory, "karma.wal", torn);
        assertThatThrownBy(this::readWithoutManifest).isInstanceOf(RestoreException.class);
        put("");
        Logs.put(directory, "karma.wal.1.segment", Logs.lines(1, 2));
        assertThatThrownBy(this::readWithoutManifest)
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("karma.wal.1.segment");
    }

    @Test
    void numberedLinesAfterOthersAreCorrupt() throws IOException {
        Logs.put(directory, "karma.wal", Logs.utf8(FIRST + "\n"), Logs.lines(2, 1));
        assertThatThrownBy(this::readWithoutManifest).isInstanceOf(CorruptionException.class);
    }

    @Test
    void aConvertedLogIsReadAgainAtEveryStepOfTheConversion() throws IOException {
        for (String tail : new String[] {"\n", "", "\n{\"comm", "\n\u0000\u0000"}) {
            for (Path file : Files.list(directory).toList()) {
                Files.delete(file);
            }
            put(FIRST + "\n" + SECOND + tail);
            LogEnd end = readWithoutManifest();
            OlderLog older = older(end);

            LogEnd known = read(0, 2, older, false); // the manifest has been written
            assertThat(read).containsExactly("1 " + FIRST, "2 " + SECOND);
            assertThat(known.torn()).isEqualTo(end.torn());
            assertThat(older(known)).isEqualTo(older);
            assertThat(known.currentFirstLsn()).isEqualTo(1);

            if (end.torn() != null) {
                LogRepair.cut(Logs.DISK, directory, end.torn());
                assertThat(read(0, 2, older, false).torn()).isNull();
            }
            byte[] before = Logs.bytes(directory, "karma.wal");
            try (WriteAheadLog log = WriteAheadLog.openSmall(Logs.DISK, directory, Durability.FSYNC, 2, 1, true)) {
                Logs.append(log, 2);
            }
            assertThat(Logs.bytes(directory, "karma.wal.1.segment")).isEqualTo(before);
            assertThat(read(0, 2, older, false).lastLsn()).isEqualTo(4);
            assertThat(read).containsExactly("1 " + FIRST, "2 " + SECOND, "3", "4");
            read(1, 2, older, false);
            assertThat(read).containsExactly("2 " + SECOND, "3", "4");
            Files.delete(directory.resolve("karma.wal.1.segment"));
            read(2, 2, older, false);
            assertThat(read).containsExactly("3", "4");
            assertThatThrownBy(() -> read(1, 2, older, false)).isInstanceOf(CorruptionException.class);
        }
    }

    @Test
    void aConvertedLogWithNothingButATornTail() throws IOException {
        put("{\"comm");
        LogEnd end = readWithoutManifest();
        OlderLog older = older(end);
        assertThat(older.lines()).isZero();
        assertThat(read(0, 0, older, false).torn()).isEqualTo(new TornTail("karma.wal", 0, 6, 1));
        LogRepair.cut(Logs.DISK, directory, end.torn());
        try (WriteAheadLog log = WriteAheadLog.openSmall(Logs.DISK, directory, Durability.FSYNC, 0, 1, true)) {
            Logs.append(log, 2);
        }
        assertThat(read(0, 0, older, false).lastLsn()).isEqualTo(2);
    }

    @Test
    void aChangedConvertedLogIsRefused() throws IOException {
        String text = FIRST + "\n" + SECOND + "\n";
        put(text);
        OlderLog older = older(readWithoutManifest());
        byte[] bytes = Logs.utf8(text);
        for (String name : new String[] {"karma.wal", "karma.wal.1.segment"}) {
            Files.deleteIfExists(directory.resolve("karma.wal"));
            for (int i = 0; i < bytes.length; i++) {
                byte[] damaged = bytes.clone();
                damaged[i] ^= 1;
                Logs.put(directory, name, damaged);
                assertThatThrownBy(() -> read(0, 2, older, false)).isInstanceOf(CorruptionException.class);
            }
            Logs.put(directory, name, Arrays.copyOf(bytes, bytes.length - 1));
            assertThatThrownBy(() -> read(0, 2, older, false)).isInstanceOf(CorruptionException.class);
        }
        Logs.put(directory, "karma.wal.1.segment", bytes, Logs.utf8("{\"comm"));
        assertThatThrownBy(() -> read(0, 2, older, false)).isInstanceOf(CorruptionException.class);
    }

    @Test
    void anOlderServerThatWroteAfterTheConversionIsNotCutOff() throws IOException {
        for (String end : new String[] {"\n", ""}) {
            put(FIRST + end);
            OlderLog older = older(readWithoutManifest());
            put(FIRST + end + SECOND + "\n");
            assertThatThrownBy(() -> read(0, 1, older, false))
                    .isInstanceOf(RestoreException.class)
                    .hasMessageContaining("Remove karma.manifest");
        }
    }
}
