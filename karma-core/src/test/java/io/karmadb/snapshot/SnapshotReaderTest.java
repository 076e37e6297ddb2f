package io.karmadb.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CorruptionException;
import io.karmadb.HistoryKind;
import io.karmadb.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the reader accepts of other writers, and what it refuses. */
final class SnapshotReaderTest {
    private static final String NAME = "7_links.tree";

    @TempDir
    Path directory;

    private SnapshotReader reader() {
        return new SnapshotReader(new RealDisk(), directory, HistoryKind.ON_HEAP);
    }

    private SortedMap<Long, SortedMap<Integer, Long>> read(byte[] file) throws IOException {
        Files.write(directory.resolve(NAME), file);
        SnapshotContent checked = reader().check(NAME);
        assertThat(checked.tree()).isNull();
        SnapshotContent read = reader().read(NAME);
        assertThat(checked)
                .isEqualTo(new SnapshotContent(
                        null, read.treeName(), read.store(), read.lsn(), read.keys(), read.bytes(), read.fileCrc()));
        SortedMap<Long, SortedMap<Integer, Long>> content = Trees.contentOf(read.tree());
        read.tree().release();
        return content;
    }

    /** Everything up to the only branch. */
    private static RawSnapshot oneBranch(int fields, int keys) {
        return new RawSnapshot()
                .map(fields)
                .text("branches_num")
                .number(1)
                .text("branches")
                .array(1)
                .map(keys);
    }

    private static RawSnapshot olderWithKey() {
        return oneBranch(2, 1).number(42).map(2);
    }

    @Test
    void fieldsOfAnOlderFileMayComeInAnyOrder() throws IOException {
        byte[] file = new RawSnapshot()
                .map(2)
                .text("branches")
                .array(2)
                .map(1)
                .number(4)
                .map(2)
                .text("total")
                .number(3)
                .text("table")
                .map(1)
                .number(20240229)
                .number(3)
                .map(0)
                .text("branches_num")
                .number(2)
                .toBytes();
        assertThat(read(file)).containsExactlyEntriesOf(Map.of(4L, Trees.days(20240229, 3)));
    }

    @Test
    void daysMayComeInAnyOrderWithinATable() throws IOException {
        byte[] file = oneBranch(2, 1)
                .counter(42, 10, 20240103, 3, 20240101, 1, 20240104, 4, 20240102, 2)
                .toBytes();
        assertThat(read(file).get(42L)).isEqualTo(Trees.days(20240101, 1, 20240102, 2, 20240103, 3, 20240104, 4));
    }

    @Test
    void longerFormsOfNumbersAndStringsAreRead() throws IOException {
        RawSnapshot raw =
                new RawSnapshot().bytes(0xDF, 0, 0, 0, 2).bytes(0xD9, 12).bytes(ascii("branches_num"));
        raw.bytes(0xD3, 0, 0, 0, 0, 0, 0, 0, 1).bytes(0xDB, 0, 0, 0, 8).bytes(ascii("branches"));
        raw.bytes(0xDD, 0, 0, 0, 1).bytes(0xDE, 0, 1).bytes(0xD1, 1, 0).bytes(0xDE, 0, 2);
        raw.bytes(0xDA, 0, 5).bytes(ascii("table")).bytes(0xDE, 0, 1).bytes(0xD2, 1, 0x34, 0xD6, 0xE5);
        raw.bytes(0xD0, 5).bytes(0xD9, 5).bytes(ascii("total")).bytes(0xCF, 0, 0, 0, 0, 0, 0, 0, 5);
        assertThat(read(raw.toBytes())).containsOnlyKeys(256L).containsValue(Trees.days(20240101, 5));
    }

    private static int[] ascii(String text) {
        return text.chars().toArray();
    }

    @Test
    void fieldsThatALaterKarmaAddsAreSkippedWhateverTheyHold() throws IOException {
        RawSnapshot raw = new RawSnapshot()
                .map(8)
                .text("before")
                .map(2)
                .text("a")
                .array(3)
                .number(1)
                .text("x")
                .map(0);
        raw.text("b").bytes(0xC4, 2, 1, 2); // bin
        raw.text("branches_num").number(1).text("branches").array(1).map(1).counter(1, 0);
        raw.ours("store", "links", 5).text("after").array(12).bytes(0xC0, 0xC2, 0xC3, 0xE0, 0xCA, 0, 0, 0, 0);
        raw.bytes(0xCB, 0, 0, 0, 0, 0, 0, 0, 0)
                .bytes(0xD4, 1, 1)
                .bytes(0xD6, 1, 1, 2, 3, 4)
                .bytes(0xC7, 1, 9, 9);
        raw.bytes(0xC8, 0, 1, 9, 9).bytes(0xC9, 0, 0, 0, 1, 9, 9).bytes(0xC5, 0, 1, 9);
        Files.write(directory.resolve(NAME), raw.toBytesWithCrc());
        SnapshotContent content = reader().check(NAME);
        assertThat(content.lsn()).isEqualTo(5);
        assertThat(content.store()).isEqualTo("store");
        assertThat(content.treeName()).isEqualTo("links");
        assertThat(content.keys()).isEqualTo(1);
    }

    @Test
    void ourFieldsMayComeInAnyOrderBeforeTheChecksum() throws IOException {
        RawSnapshot raw = new RawSnapshot()
                .map(6)
                .ours("store", "links", 0)
                .text("branches")
                .array(1)
                .map(0);
        assertThat(read(raw.text("branches_num").number(1).toBytesWithCrc())).isEmpty();
    }

    private record Refused(String why, byte[] file, String message) {}

    private static Arguments refused(String why, RawSnapshot file, String message) {
        return Arguments.of(new Refused(why, file.toBytes(), message));
    }

    private static Arguments refusedWithCrc(String why, RawSnapshot file, String message) {
        return Arguments.of(new Refused(why, file.toBytesWithCrc(), message));
    }

    static Stream<Arguments> wrongFiles() {
        return Stream.of(
                refused("empty file", new RawSnapshot(), "the end of the file"),
                refused("not a map", new RawSnapshot().array(2), "the map of a snapshot"),
                refused("not MessagePack", new RawSnapshot().bytes(0xC1), "0xc1"),
                refused("key of another branch", branchesOfTwo(3), "key 3 of branch 1"),
                refused("key twice", oneBranch(2, 2).counter(42, 0).counter(42, 0), "key 42 again"),
                refused("key 0 twice", oneBranch(2, 2).counter(0, 0).counter(0, 0), "key 0 again"),
                refused("negative key", oneBranch(2, 1).signed(-3).padding(), "the negative number -3"),
                refused(
                        "negative long",
                        oneBranch(2, 1)
                                .bytes(0xD3, 255, 255, 255, 255, 255, 255, 255, 255)
                                .padding(),
                        "number -1"),
                refused("key is a string", oneBranch(2, 1).text("42").padding(), "a key"),
                refused(
                        "key is a float",
                        oneBranch(2, 1).bytes(0xCB, 0, 0, 0, 0, 0, 0, 0, 0).padding(),
                        "a key"),
                refused("day twice", oneBranch(2, 1).counter(42, 2, 20240101, 1, 20240101, 1), "day 20240101 again"),
                refused(
                        "day twice, not side by side",
                        oneBranch(2, 1).counter(42, 3, 20240102, 1, 20240101, 1, 20240102, 1),
                        "day 20240102 again"),
                refused("day not in the calendar", oneBranch(2, 1).counter(42, 1, 20230229, 1), "found=20230229"),
                refused("day 0", oneBranch(2, 1).counter(42, 1, 0, 1), "found=0"),
                refused("day of 64 bits", oneBranch(2, 1).counter(42, 1, 1L << 32 | 20240101, 1), "found=4315207397"),
                refused("total too large", oneBranch(2, 1).counter(42, 2, 20240101, 1), "key 42 with the total 1"),
                refused("total too small", oneBranch(2, 1).counter(42, 0, 20240101, 1), "found=the total 0"),
                refused(
                        "sum above 64 bits",
                        oneBranch(2, 1).counter(42, 0, 20240101, -1, 20240102, 1),
                        "sum fits in 64 bits"),
                refused(
                        "counter without total",
                        oneBranch(2, 1).number(42).map(1).text("table").padding(),
                        "1 fields"),
                refused(
                        "counter with more",
                        oneBranch(2, 1).number(42).map(3).text("table").padding(),
                        "3 fields"),
                refused(
                        "two tables",
                        olderWithKey().text("table").map(0).text("table").padding(),
                        "a second table"),
                refused(
                        "two totals",
                        olderWithKey().text("total").number(0).text("total").padding(),
                        "a second total"),
                refused("unknown field of a counter", olderWithKey().text("sum").padding(), "field \"sum\""),
                refused("more branches than said", older(1, 2), "found=2 branches"),
                refused("fewer branches than said", older(2, 1), "found=1 branches"),
                refused("no branches", older(0, 0), "the number of branches"),
                refused("far too many branches", older((1 << 20) + 1, 1), "found=1048577"),
                refused(
                        "no branches_num",
                        new RawSnapshot().map(1).text("branches").array(1).map(0),
                        "branches_num"),
                refused("no field at all", new RawSnapshot().map(0), "branches_num"),
                refused(
                        "no array",
                        new RawSnapshot().map(1).text("branches_num").number(1),
                        "the field branches"),
                refused("field twice", older(1, 1, 3).text("branches_num").number(1), "branches_num again"),
                refused(
                        "unknown field in an older file",
                        older(1, 1, 3).text("x").number(1),
                        "the field \"x\""),
                refused("something behind", older(1, 1).bytes(0xC0), "1 more bytes"),
                refused(
                        "field name no string",
                        new RawSnapshot().map(1).number(1).padding(),
                        "the name of a field"),
                refused("our fields without checksum", older(1, 1, 5).ours("store", "links", 1), "the field crc"),
                refusedWithCrc("checksum without our fields", older(1, 1, 3), "the field store"),
                refusedWithCrc(
                        "no tree name",
                        older(1, 1, 5).text("store").text("s").text("lsn").number(1),
                        "the field tree_name"),
                refusedWithCrc("empty tree name", older(1, 1, 6).ours("store", "", 1), "an empty string"),
                refusedWithCrc("empty store", older(1, 1, 6).ours("", "links", 1), "an empty string"),
                refusedWithCrc("LSN above 2^63-1", older(1, 1, 6).ours("store", "links", -1), "an LSN"),
                refusedWithCrc(
                        "tree name no UTF-8",
                        older(1, 1, 6)
                                .text("store")
                                .text("s")
                                .text("lsn")
                                .number(1)
                                .text("tree_name")
                                .bytes(0xA1, 0xFF),
                        "not valid UTF-8"),
                refusedWithCrc(
                        "tree name too long",
                        older(1, 1, 6)
                                .text("store")
                                .text("s")
                                .text("lsn")
                                .number(1)
                                .text("tree_name")
                                .text("x".repeat(65_537)),
                        "65537 bytes"),
                refused(
                        "wrong checksum",
                        older(1, 1, 6).ours("s", "links", 1).text("crc").bytes(0xCE, 1, 2, 3, 4),
                        "crc=01020304"),
                refused(
                        "checksum in another form",
                        older(1, 1, 6).ours("s", "links", 1).text("crc").number(1),
                        "a CRC-32C of five bytes"),
                refused(
                        "checksum not last",
                        older(1, 1, 7).ours("s", "links", 1).text("crc").bytes(0xCE, 1, 2, 3, 4),
                        "crc as the last field"),
                refused("map larger than the file", oneBranch(2, 1).bytes(0xCC, 0), "a size of 1 with 2 bytes left"),
                refused(
                        "branch of 2^32-1 keys",
                        new RawSnapshot().map(2).text("branches").array(1).bytes(0xDF, 255, 255, 255, 255),
                        "a size of 4294967295 with 0 bytes left"),
                refused(
                        "2^32-1 branches",
                        new RawSnapshot().map(2).text("branches").bytes(0xDD, 255, 255, 255, 255),
                        "a size of 4294967295"),
                refused("2^32-1 days", olderWithKey().text("table").bytes(0xDF, 255, 255, 255, 255), "a size of"),
                refused(
                        "2^32-1 values to skip",
                        new RawSnapshot().map(1).text("x").bytes(0xDD, 255, 255, 255, 255),
                        "a size of"),
                refused(
                        "string longer than the file",
                        new RawSnapshot().map(1).text("x").bytes(0xDB, 255, 255, 255, 255),
                        "the end of the file"));
    }

    private static RawSnapshot branchesOfTwo(long key) {
        return new RawSnapshot()
                .map(2)
                .text("branches_num")
                .number(2)
                .text("branches")
                .array(2)
                .map(1)
                .counter(key, 0)
                .map(0);
    }

    private static RawSnapshot older(int said, int branches) {
        return older(said, branches, 2);
    }

    private static RawSnapshot older(int said, int branches, int fields) {
        RawSnapshot raw = new RawSnapshot()
                .map(fields)
                .text("branches_num")
                .number(said)
                .text("branches")
                .array(branches);
        for (int i = 0; i < branches; i++) {
            raw.map(0);
        }
        return raw;
    }

    @ParameterizedTest
    @MethodSource("wrongFiles")
    void wrongFileIsRefusedAndNamed(Refused refused) throws IOException {
        Files.write(directory.resolve(NAME), refused.file());
        assertThatExceptionOfType(CorruptionException.class)
                .as(refused.why())
                .isThrownBy(() -> reader().read(NAME))
                .withMessageContaining(refused.message())
                .withMessageContaining("file=" + directory.resolve(NAME))
                .satisfies(e -> assertThat(e.offset()).isBetween(-1L, (long) refused.file().length));
        assertThatExceptionOfType(CorruptionException.class)
                .isThrownBy(() -> reader().check(NAME))
                .withMessageContaining(refused.message());
    }

    @Test
    void wholeFileOtherThanTheExpectedOneIsRefused() throws IOException {
        byte[] file = oneBranch(2, 1).counter(42, 1, 20240101, 1).toBytes();
        Files.write(directory.resolve(NAME), file);
        SnapshotFile right = reader().fileChecksum(NAME);
        assertThat(reader().check(right).keys()).isEqualTo(1);
        assertThatThrownBy(() -> reader().read(new SnapshotFile(NAME, file.length + 1, right.crc())))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("expected=a file of " + (file.length + 1) + " bytes");
        assertThatThrownBy(() -> reader().read(new SnapshotFile(NAME, file.length, 0xABCD)))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("0000abcd");
    }

    @Test
    void missingFileIsRefusedLikeADamagedOne() {
        assertThatThrownBy(() -> reader().read(NAME))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> reader().fileChecksum(NAME)).isInstanceOf(CorruptionException.class);
    }

    @Test
    void readingGivesUpOnRequest() throws IOException {
        Files.write(directory.resolve(NAME), oneBranch(2, 0).toBytes());
        SnapshotReader cancelled = new SnapshotReader(new RealDisk(), directory, HistoryKind.ON_HEAP, () -> true);
        assertThatThrownBy(() -> cancelled.read(NAME)).isInstanceOf(SnapshotCancelledException.class);
        assertThatThrownBy(() -> cancelled.check(NAME)).isInstanceOf(SnapshotCancelledException.class);
        assertThatThrownBy(() -> cancelled.fileChecksum(NAME)).isInstanceOf(SnapshotCancelledException.class);
    }
}
