package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CounterCursor;
import io.karmadb.DayRange;
import io.karmadb.HistoryKind;
import io.karmadb.StoreClosedException;
import io.karmadb.Ticket;
import io.karmadb.Tree;
import io.karmadb.TreeNotFoundException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Walking over a tree while others change, drop or replace it. */
class CursorTest {
    private static final int KEYS = 3_000;

    @TempDir
    Path parent;

    private TestStore test;
    private Tree tree;

    private void open(HistoryKind history) {
        test = new TestStore(parent).with(options -> options.history(history));
        test.open();
        tree = test.tree("a");
        for (int key = 0; key < KEYS; key++) {
            tree.deferred().increment(key, Ticket.waiting());
        }
        test.turnDay();
        for (int key = 0; key < KEYS; key += 2) {
            tree.deferred().increment(key, Ticket.waiting());
        }
    }

    @AfterEach
    void close() {
        test.close();
    }

    private static Map<Long, Long> rest(CounterCursor cursor) {
        Map<Long, Long> sums = new HashMap<>();
        while (cursor.next()) {
            assertThat(sums.put(cursor.key(), cursor.buckets().sum())).isNull();
        }
        assertThat(cursor.next()).isFalse();
        return sums;
    }

    private static void assertAll(Map<Long, Long> sums) {
        assertThat(sums).hasSize(KEYS);
        sums.forEach((key, sum) -> assertThat(sum).as("key %s", key).isEqualTo(key % 2 == 0 ? 2 : 1));
    }

    @ParameterizedTest
    @EnumSource
    void showsEveryKeyOnceWithItsBucketsInTheRange(HistoryKind history) {
        open(history);
        try (CounterCursor cursor = tree.cursor(DayRange.ALL)) {
            assertAll(rest(cursor));
            assertThat(cursor.lsn()).isEqualTo(test.store().statistics().lastLsn());
        }
        try (CounterCursor cursor = tree.cursor(DayRange.of(20261121))) {
            Map<Long, Long> sums = rest(cursor);
            assertThat(sums).hasSize(KEYS).containsEntry(0L, 1L).containsEntry(1L, 0L);
        }
        test.store().createTree("empty");
        try (CounterCursor cursor = test.tree("empty").cursor(DayRange.ALL)) {
            assertThat(cursor.next()).isFalse();
        }
        assertThatThrownBy(() -> test.tree("missing").cursor(DayRange.ALL)).isInstanceOf(TreeNotFoundException.class);
    }

    @ParameterizedTest
    @EnumSource
    void showsATreeThatIsDroppedMeanwhileAsItWas(HistoryKind history) {
        open(history);
        CounterCursor cursor = tree.cursor(DayRange.ALL);
        assertThat(cursor.next()).isTrue();
        long first = cursor.key();
        long firstSum = cursor.buckets().sum();
        test.store().dropTree("a");
        tree.increment(0);
        Map<Long, Long> sums = rest(cursor);
        sums.put(first, firstSum);
        assertAll(sums);
        cursor.close();
        cursor.close();
        assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
        assertThat(tree.keyCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void showsATreeThatIsReplacedMeanwhileAsItWas(HistoryKind history) {
        open(history);
        String file = test.store().snapshot("a").name();
        tree.reset();
        for (int key = 0; key < KEYS; key++) {
            tree.deferred().increment(key, Ticket.waiting());
        }
        try (CounterCursor cursor = tree.cursor(DayRange.ALL);
                CounterCursor other = tree.cursor(DayRange.ALL)) {
            test.store().load(file);
            assertThat(rest(cursor))
                    .hasSize(KEYS)
                    .allSatisfy((key, sum) -> assertThat(sum).isEqualTo(1));
            test.store().dropTree("a");
            assertThat(rest(other)).hasSize(KEYS);
        }
        test.store().load(file);
        try (CounterCursor cursor = tree.cursor(DayRange.ALL)) {
            assertAll(rest(cursor));
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsWhenTheStoreIsClosed(HistoryKind history) {
        open(history);
        CounterCursor cursor = tree.cursor(DayRange.ALL);
        assertThat(cursor.next()).isTrue();
        test.close();
        assertThatThrownBy(cursor::next).isInstanceOf(StoreClosedException.class);
        cursor.close();
    }

    @ParameterizedTest
    @EnumSource
    void aVisitorMayChangeTheTreeItVisits(HistoryKind history) {
        open(history);
        Map<Long, Long> sums = new HashMap<>();
        tree.find(DayRange.ALL, (key, buckets) -> {
            sums.put(key, buckets.sum());
            if (key == 7) {
                tree.increment(7);
                test.store().dropTree("a");
            }
        });
        assertAll(sums);
    }
}
