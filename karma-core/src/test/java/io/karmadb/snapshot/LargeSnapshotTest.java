package io.karmadb.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.karmadb.CorruptionException;
import io.karmadb.HistoryKind;
import io.karmadb.Ticket;
import io.karmadb.counter.CounterTree;
import io.karmadb.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files whose counters fill several tables, maps and buffers. */
@Tag("exhaustive")
class LargeSnapshotTest {
    private static final String NAME = "7_links.tree";
    private static final int KEYS = 20_000;

    @TempDir
    Path directory;

    /** The keys from 0 on but for one that is there again instead, each with two buckets. */
    private static RawSnapshot keys(int branches, int place, long key) {
        RawSnapshot file = new RawSnapshot()
                .map(2)
                .text("branches_num")
                .number(branches)
                .text("branches")
                .array(branches);
        for (int branch = 0; branch < branches; branch++) {
            file.map(KEYS / branches);
            for (int i = 0; i < KEYS / branches; i++) {
                long own = (long) i * branches + branch;
                file.counter(own == place ? key : own, 3 + own, 20251231, 3, 20260101, own);
            }
        }
        return file;
    }

    private SnapshotContent read(RawSnapshot file, HistoryKind history) throws IOException {
        Files.write(directory.resolve(NAME), file.toBytes());
        return new SnapshotReader(new RealDisk(), directory, history).read(NAME);
    }

    @ParameterizedTest
    @EnumSource(HistoryKind.class)
    void everyCounterIsThere(HistoryKind history) throws IOException {
        for (int branches : new int[] {1, 8}) {
            SnapshotContent content = read(keys(branches, -1, 0), history);
            assertThat(content.keys()).isEqualTo(KEYS);
            CounterTree tree = content.tree();
            assertThat(tree.keyCount()).isEqualTo(KEYS);
            Ticket ticket = Ticket.waiting();
            for (long key = 0; key < KEYS; key++) {
                tree.total(key, ticket);
                long total = ticket.value();
                tree.sum(key, 20251231, 20251231, ticket);
                if (total != key + 3 || ticket.value() != 3) {
                    throw new AssertionError("key=" + key + ", total=" + total + ", sum=" + ticket.value());
                }
            }
            tree.release();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5_000, KEYS - 1})
    void aKeyThatComesTwiceIsFoundWhereverItIs(int place) throws IOException {
        RawSnapshot file = keys(1, place, 0);
        assertThatExceptionOfType(CorruptionException.class)
                .isThrownBy(() -> read(file, HistoryKind.ON_HEAP))
                .withMessageContaining("key 0 again")
                .withMessageContaining("offset=" + offsetOf(place));
    }

    /** Where a key begins: what is before it in the file does not depend on it. */
    private static int offsetOf(int place) {
        RawSnapshot before = new RawSnapshot()
                .map(2)
                .text("branches_num")
                .number(1)
                .text("branches")
                .array(1)
                .map(KEYS);
        for (int key = 0; key < place; key++) {
            before.counter(key, 3 + key, 20251231, 3, 20260101, key);
        }
        return before.toBytes().length;
    }

    @Test
    void aFileThatIsCutOffWhileItsTreeIsBeingBuiltIsRefused() throws IOException {
        byte[] file = keys(1, -1, 0).toBytes();
        Files.write(directory.resolve(NAME), Arrays.copyOf(file, file.length - 5));
        assertThatExceptionOfType(CorruptionException.class)
                .isThrownBy(() -> new SnapshotReader(new RealDisk(), directory, HistoryKind.OFF_HEAP).read(NAME));
    }

    @ParameterizedTest
    @EnumSource(HistoryKind.class)
    void aKeyMayHaveTheBucketsOfManyYears(HistoryKind history) throws IOException {
        int days = 0;
        RawSnapshot file = new RawSnapshot()
                .map(2)
                .text("branches_num")
                .number(1)
                .text("branches")
                .array(1)
                .map(2);
        int years = 250;
        file.number(1).map(2).text("table").map(years * 12 * 28);
        for (int year = 2000; year < 2000 + years; year++) {
            for (int month = 1; month <= 12; month++) {
                for (int day = 1; day <= 28; day++) {
                    file.number(year * 10_000L + month * 100 + day).number(2);
                    days++;
                }
            }
        }
        file.text("total").number(2L * days).counter(2, 5, 20260101, 5);
        SnapshotContent content = read(file, history);
        Ticket ticket = Ticket.waiting();
        content.tree().sum(1, 20000101, 20991231, ticket);
        assertThat(ticket.value()).isEqualTo(2L * 100 * 12 * 28);
        content.tree().total(2, ticket);
        assertThat(ticket.value()).isEqualTo(5);
        content.tree().release();
    }
}
