package io.karmadb.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Day;
import io.karmadb.HistoryKind;
import io.karmadb.counter.CounterTree;
import io.karmadb.disk.Disk;
import io.karmadb.disk.RealDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in a snapshot file, byte by byte, and that nothing is lost on the way there and back. */
@Tag("exhaustive")
final class SnapshotFormatTest {
    private static final String STORE = "5b0e4f5e-3a71-4c0a-9d8f-0f2c64a1d9b3";

    private final Disk disk = new RealDisk();

    @TempDir
    Path directory;

    private SnapshotWriter writer;
    private SnapshotReader reader;

    @BeforeEach
    void makeBothEnds() {
        writer = new SnapshotWriter(disk, directory);
        reader = new SnapshotReader(disk, directory, HistoryKind.ON_HEAP);
    }

    private WrittenSnapshot write(SortedMap<Long, SortedMap<Integer, Long>> content, String tree, long lsn) {
        CounterTree counters = Trees.of(content);
        WrittenSnapshot written =
                writer.write(SnapshotName.of(1717200000, tree), counters, STORE, tree, lsn, () -> false);
        writer.publish(written);
        counters.release();
        return written;
    }

    private byte[] bytesOf(WrittenSnapshot written) throws IOException {
        return Files.readAllBytes(directory.resolve(written.file().name()));
    }

    @Test
    void smallTreeHasExactlyTheseBytes() throws IOException {
        SortedMap<Long, SortedMap<Integer, Long>> content = new TreeMap<>();
        content.put(1L, Trees.days(20240101, 5, 20240102, 300));
        content.put(-2L, Trees.days());
        byte[] bytes = bytesOf(write(content, "a/b", 70_000));

        StringBuilder expected = new StringBuilder("86 ac6272616e636865735f6e756d 7f a86272616e63686573 dc007f");
        for (int branch = 0; branch < 127; branch++) {
            if (branch == 0) { // 2^64 is 2 modulo 127
                expected.append("81 cffffffffffffffffe 82 a57461626c65 80 a5746f74616c 00");
            } else if (branch == 1) {
                expected.append("81 01 82 a57461626c65 82 ce0134d6e5 05 ce0134d6e6 cd012c a5746f74616c cd0131");
            } else {
                expected.append("80");
            }
        }
        expected.append("a573746f7265 d924").append(HexFormat.of().formatHex(STORE.getBytes("US-ASCII")));
        expected.append("a9747265655f6e616d65 a3612f62 a36c736e ce00011170 a3637263");
        byte[] beforeCrc = HexFormat.of().parseHex(expected.toString().replace(" ", ""));
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(HexFormat.of().formatHex(RawSnapshot.withCrc(beforeCrc)));
    }

    @Test
    void automaticSnapshotSaysSoBeforeItsNameAndIsReadLikeAnyOther() throws IOException {
        SortedMap<Long, SortedMap<Integer, Long>> content = new TreeMap<>(); // of one branch each, so in this order
        content.put(1L, Trees.days(20240101, 5, 20240102, 300));
        content.put(2L, Trees.days(20240103, 7));
        byte[] asked = bytesOf(write(content, "a/b", 70_000));
        Files.delete(directory.resolve("1717200000_a%2Fb.tree"));
        writer = new SnapshotWriter(disk, directory, true);
        byte[] automatic = bytesOf(write(content, "a/b", 70_000));

        HexFormat hex = HexFormat.of();
        String field = "a96175746f6d61746963c3";
        String expected = hex.formatHex(asked, 1, asked.length - 5).replaceFirst("a9747265655f6e616d65", field + "$0");
        assertThat(hex.formatHex(automatic))
                .isEqualTo(hex.formatHex(RawSnapshot.withCrc(hex.parseHex("87" + expected))));
        assertThat(StrictReader.read(automatic)).isEqualTo(content);
        assertThat(reader.check("1717200000_a%2Fb.tree").treeName()).isEqualTo("a/b");
    }

    @Test
    void sizeAndChecksumAreThoseOfTheWholeFile() throws IOException {
        WrittenSnapshot written = write(Trees.random(new Random(1), 500, 20), "links", 9);
        byte[] bytes = bytesOf(written);
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        assertThat(written.file())
                .isEqualTo(new SnapshotFile("1717200000_links.tree", bytes.length, (int) crc.getValue()));
        assertThat(reader.fileChecksum("1717200000_links.tree")).isEqualTo(written.file());
        assertThat(reader.check(written.file()))
                .isEqualTo(new SnapshotContent(null, "links", STORE, 9, 500, bytes.length, (int) crc.getValue()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1717200000_links.tree",
                "1704067200_links.tree",
                "1717200001_short_links_daily.tree",
                "1717200000_empty.tree"
            })
    void olderServersFileIsTheSameAfterBeingReadAndWritten(String name) throws IOException {
        byte[] older = resource(name);
        Files.write(directory.resolve(name), older);
        SnapshotContent read = reader.read(name);
        assertThat(read.treeName()).isNull();
        assertThat(read.store()).isNull();
        assertThat(read.lsn()).isEqualTo(-1);
        assertThat(read.bytes()).isEqualTo(older.length);
        assertThat(read.keys()).isEqualTo(read.tree().keyCount());
        SortedMap<Long, SortedMap<Integer, Long>> expected = StrictReader.read(older);
        assertThat(Trees.contentOf(read.tree())).isEqualTo(expected);

        WrittenSnapshot written =
                writer.write(SnapshotName.of(2, "again"), read.tree(), STORE, "again", 0, () -> false);
        writer.publish(written);
        read.tree().release();
        assertThat(StrictReader.read(bytesOf(written))).isEqualTo(expected);
        SnapshotContent again = reader.read(written.file());
        assertThat(Trees.contentOf(again.tree())).isEqualTo(expected);
        assertThat(again.keys()).isEqualTo(read.keys());
        again.tree().release();
    }

    @Test
    void olderServersFileHoldsWhatThatServerCounted() throws IOException {
        Files.write(directory.resolve("1717200000_links.tree"), resource("1717200000_links.tree"));
        SnapshotContent read = reader.read("1717200000_links.tree");
        SortedMap<Long, SortedMap<Integer, Long>> content = Trees.contentOf(read.tree());
        read.tree().release();
        assertThat(content).hasSize(15);
        assertThat(content.get(5L)).isEmpty();
        assertThat(content.get(300L)).isEqualTo(Trees.days(20261123, 300));
        assertThat(content.get(Long.MIN_VALUE)).isEqualTo(Trees.days(20261123, 1));
        assertThat(content.get(-1L)).isEqualTo(Trees.days(20261123, 4));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = SnapshotFormatTest.class.getResourceAsStream(name)) {
            return stream.readAllBytes();
        }
    }

    @Test
    void everyNumberSurvivesInItsShortestForm() throws IOException {
        SortedMap<Long, SortedMap<Integer, Long>> content = new TreeMap<>();
        long[] edges = {
            0, 1, 127, 128, 255, 256, 65_535, 65_536, 0xFFFF_FFFFL, 0x1_0000_0000L, Long.MAX_VALUE, Long.MIN_VALUE, -1
        };
        for (long edge : edges) {
            content.put(edge, Trees.days(10101, edge));
            content.put(edge + 2, Trees.days(10101, 0, 99991231, edge));
        }
        WrittenSnapshot written = write(content, "numbers", Long.MAX_VALUE);
        SnapshotContent read = reader.read(written.file());
        assertThat(Trees.contentOf(read.tree())).isEqualTo(content);
        read.tree().release();
        assertThat(read.lsn()).isEqualTo(Long.MAX_VALUE);
        assertThat(StrictReader.read(bytesOf(written))).isEqualTo(content);
    }

    @Test
    void largeTreeSurvives() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed=" + seed);
        SortedMap<Long, SortedMap<Integer, Long>> content = Trees.random(new Random(seed), 20_000, 40);
        WrittenSnapshot written = write(content, "large", 1);
        assertThat(written.keys()).isEqualTo(content.size());
        SnapshotContent read = reader.read(written.file());
        assertThat(Trees.contentOf(read.tree())).as("seed=" + seed).isEqualTo(content);
        read.tree().release();
        assertThat(StrictReader.read(bytesOf(written))).as("seed=" + seed).isEqualTo(content);
    }

    @Test
    void tableWithTheLongestHeaderSurvives() throws IOException {
        SortedMap<Integer, Long> manyDays = new TreeMap<>();
        for (LocalDate date = LocalDate.of(1900, 1, 1); manyDays.size() < 70_000; date = date.plusDays(1)) {
            manyDays.put(Day.of(date), (long) manyDays.size());
        }
        SortedMap<Long, SortedMap<Integer, Long>> content = new TreeMap<>();
        content.put(42L, manyDays);
        WrittenSnapshot written = write(content, "large", 1);
        SnapshotContent read = reader.read(written.file());
        assertThat(Trees.contentOf(read.tree())).isEqualTo(content);
        read.tree().release();
        assertThat(StrictReader.read(bytesOf(written))).isEqualTo(content);
    }

    @Test
    void namesOfAllLengthsSurviveInside() throws IOException {
        for (int length : new int[] {1, 31, 32, 255, 256, 65_535, 65_536}) {
            String tree = "x".repeat(length);
            WrittenSnapshot written = write(new TreeMap<>(), tree, 3);
            assertThat(reader.check(written.file()).treeName()).isEqualTo(tree);
            assertThat(StrictReader.field(StrictReader.fields(bytesOf(written)), "tree_name")
                            .asStringValue()
                            .asString())
                    .isEqualTo(tree);
            Files.delete(directory.resolve(written.file().name()));
        }
    }

    @Test
    void diskThatTransfersLittleAtOnceMakesNoDifference() throws IOException {
        CounterTree tree = Trees.of(Trees.random(new Random(2), 300, 10));
        WrittenSnapshot expected =
                writer.write(SnapshotName.of(1717200000, "links"), tree, STORE, "links", 1, () -> false);
        FailingDisk slow = new FailingDisk();
        slow.transferLittleAtOnce();
        Path slowDirectory = Files.createDirectory(directory.resolve("slow"));
        writer = new SnapshotWriter(slow, slowDirectory);
        reader = new SnapshotReader(slow, slowDirectory, HistoryKind.ON_HEAP);
        WrittenSnapshot written =
                writer.write(SnapshotName.of(1717200000, "links"), tree, STORE, "links", 1, () -> false);
        writer.publish(written);
        assertThat(written).isEqualTo(expected);
        assertThat(reader.fileChecksum(written.file().name())).isEqualTo(written.file());
        SnapshotContent read = reader.read(written.file());
        assertThat(Trees.contentOf(read.tree())).isEqualTo(Trees.contentOf(tree));
        read.tree().release();
        tree.release();
    }
}
