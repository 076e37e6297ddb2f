package io.karmadb.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.karmadb.CorruptionException;
import io.karmadb.HistoryKind;
import io.karmadb.counter.CounterTree;
import io.karmadb.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot that meets every kind of damage is refused, and nothing but refused. */
@Timeout(600) // a guard against one that never ends
@Tag("exhaustive")
final class SnapshotDamageTest {
    private static final String NAME = "7_links.tree";

    @TempDir
    Path directory;

    private SnapshotReader reader;
    private byte[] whole;

    @BeforeEach
    void writeSmallSnapshot() throws IOException {
        SortedMap<Long, SortedMap<Integer, Long>> content = new TreeMap<>();
        content.put(3L, Trees.days(20240101, 5, 20240102, 300));
        content.put(-1L, Trees.days(20231231, -7));
        content.put(127_000L, Trees.days());
        SnapshotWriter writer = new SnapshotWriter(new RealDisk(), directory);
        CounterTree tree = Trees.of(content);
        writer.publish(writer.write(SnapshotName.of(7, "links"), tree, "store", "links", 9, () -> false));
        tree.release();
        whole = Files.readAllBytes(directory.resolve(NAME));
        reader = new SnapshotReader(new RealDisk(), directory, HistoryKind.ON_HEAP);
        assertThat(reader.check(NAME).keys()).isEqualTo(3);
    }

    private void assertRefused(byte[] file, String how) throws IOException {
        Files.write(directory.resolve(NAME), file);
        assertThatExceptionOfType(CorruptionException.class).as(how).isThrownBy(() -> reader.check(NAME));
        assertThatExceptionOfType(CorruptionException.class).as(how).isThrownBy(() -> reader.read(NAME));
    }

    @Test
    void cutAtAnyByteIsRefused() throws IOException {
        for (int length = 0; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length), "length=" + length);
        }
    }

    @Test
    void flipOfAnyBitIsRefused() throws IOException {
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(flipped, "bit=" + bit);
        }
    }

    @Test
    void zeroedPieceIsRefused() throws IOException {
        for (int from = 0; from < whole.length; from += 8) {
            byte[] zeroed = whole.clone();
            Arrays.fill(zeroed, from, Math.min(from + 16, whole.length), (byte) 0);
            assertRefused(zeroed, "from=" + from);
        }
    }

    @Test
    void bytesBehindTheEndAreRefused() throws IOException {
        assertRefused(Arrays.copyOf(whole, whole.length + 1), "one zero byte");
        byte[] twice = Arrays.copyOf(whole, 2 * whole.length);
        System.arraycopy(whole, 0, twice, whole.length, whole.length);
        assertRefused(twice, "itself again");
    }

    /** An older server's file has no checksum: what cannot be noticed without one is noticed with the manifest's. */
    @Test
    void flipOfAnyBitOfAnOlderFileIsRefusedWhereItsChecksumIsKnown() throws IOException {
        byte[] older = new RawSnapshot()
                .map(2)
                .text("branches_num")
                .number(1)
                .text("branches")
                .array(1)
                .map(1)
                .counter(42, 6, 20240101, 5, 20240102, 1)
                .toBytes();
        Files.write(directory.resolve(NAME), older);
        SnapshotFile known = reader.fileChecksum(NAME);
        for (int bit = 0; bit < 8 * older.length; bit++) {
            byte[] flipped = older.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(directory.resolve(NAME), flipped);
            assertThatExceptionOfType(CorruptionException.class)
                    .as("bit=" + bit)
                    .isThrownBy(() -> reader.check(known));
        }
    }

    @Test
    void randomBytesCauseNothingButRefusal() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 1000; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = (byte) (0x80 | random.nextInt(8)); // a map, to come further
            }
            assertRefused(bytes, "seed=" + seed + ", round=" + round);
        }
    }

    @Test
    void manyChangesAtOnceCauseNothingButRefusalOrAnotherWholeFile() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        byte[] older = SnapshotDamageTest.class
                .getResourceAsStream("1717200001_short_links_daily.tree")
                .readAllBytes();
        int refused = 0;
        for (int round = 0; round < 1500; round++) {
            byte[] changed = older.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            Files.write(directory.resolve(NAME), changed);
            try {
                reader.check(NAME);
            } catch (CorruptionException e) {
                assertThat(e.offset()).as("seed=" + seed).isLessThanOrEqualTo(changed.length);
                refused++;
            }
        }
        assertThat(refused).as("seed=" + seed).isGreaterThan(300);
    }

    /** Days in descending order, nested values, and one large branch before many small ones take no quadratic time. */
    @Test
    void filesMadeToTakeLongDoNot() throws IOException {
        RawSnapshot descending = new RawSnapshot().map(2).text("branches_num").number(1);
        descending
                .text("branches")
                .array(1)
                .map(1)
                .number(1)
                .map(2)
                .text("total")
                .number(0)
                .text("table");
        int days = 28 * 12 * 1000;
        descending.map(days);
        for (int day = days - 1; day >= 0; day--) {
            descending
                    .number((day / 336 + 1) * 10_000L + (day / 28 % 12 + 1) * 100 + day % 28 + 1)
                    .number(0);
        }
        Files.write(directory.resolve(NAME), descending.toBytes());
        assertThat(reader.check(NAME).keys()).isEqualTo(1);

        int depth = 2_000_000;
        byte[] nested = new byte[depth];
        Arrays.fill(nested, (byte) 0x91);
        byte[] start = new RawSnapshot().map(1).text("x").toBytes();
        System.arraycopy(start, 0, nested, 0, start.length);
        assertRefused(nested, "nested");

        int keys = 100_000;
        int branches = 200_000;
        RawSnapshot uneven =
                new RawSnapshot().map(2).text("branches_num").number(branches).text("branches");
        uneven.array(branches).map(keys);
        for (long key = 0; key < keys; key++) {
            uneven.counter(key * branches, 0);
        }
        for (int branch = 1; branch < branches; branch++) {
            uneven.map(1).counter(branch, 0);
        }
        Files.write(directory.resolve(NAME), uneven.toBytes());
        assertThat(reader.check(NAME).keys()).isEqualTo(keys + branches - 1);
    }
}
