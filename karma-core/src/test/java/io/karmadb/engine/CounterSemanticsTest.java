package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CounterOverflowException;
import io.karmadb.DayRange;
import io.karmadb.FutureDayException;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.StorageException;
import io.karmadb.Tree;
import io.karmadb.TreeNotFoundException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the commands of a tree do, and that a restart does not change it. */
class CounterSemanticsTest {
    private static final int TODAY = 20261120;
    private static final int YESTERDAY = 20261119;
    private static final long MAX = -1L;

    @TempDir
    Path parent;

    private TestStore test;
    private Tree tree;

    private void open(HistoryKind history) {
        test = new TestStore(parent).with(options -> options.history(history));
        test.open();
        tree = test.tree("a");
    }

    @AfterEach
    void close() {
        if (test != null) {
            var contents = test.contents();
            test.killAndRestart();
            assertThat(test.contents()).isEqualTo(contents);
            test.store().checkpoint();
            test.killAndRestart();
            assertThat(test.contents()).isEqualTo(contents);
            test.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void countsAreUnsignedAndNeverPassTheirMaximum(HistoryKind history) {
        open(history);
        assertThat(tree.increment(1, Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat(tree.incrementOn(YESTERDAY, 1, Long.MAX_VALUE)).isEqualTo(MAX);
        for (long amount : new long[] {1, 2, Long.MIN_VALUE, MAX}) {
            assertThatThrownBy(() -> tree.increment(1, amount))
                    .isInstanceOf(CounterOverflowException.class)
                    .hasMessageContaining("key=1")
                    .hasMessageContaining("amount=" + Long.toUnsignedString(amount));
            assertThatThrownBy(() -> tree.incrementOn(20200101, 1, amount))
                    .isInstanceOf(CounterOverflowException.class);
        }
        assertThat(tree.find(1, DayRange.ALL).toMap())
                .isEqualTo(Map.of(TODAY, Long.MIN_VALUE, YESTERDAY, Long.MAX_VALUE));
        assertThat(tree.decrement(1, MAX)).isEqualTo(Long.MIN_VALUE);
        assertThat(tree.sum(1)).isEqualTo(Long.MAX_VALUE);
        assertThat(tree.increment(-1, MAX)).isEqualTo(MAX);
        assertThat(tree.decrement(-1)).isEqualTo(1);
        assertThat(tree.increment(-1)).isEqualTo(MAX);
    }

    @ParameterizedTest
    @EnumSource
    void decrementsTakeWhatTheDaysBucketHolds(HistoryKind history) {
        open(history);
        assertThat(tree.decrement(7)).isZero();
        assertThat(tree.keyCount()).isEqualTo(1);
        assertThat(tree.find(7, DayRange.ALL).size()).isZero();
        tree.incrementOn(YESTERDAY, 7, 5);
        assertThat(tree.decrement(7)).isZero();
        assertThat(tree.sum(7)).isEqualTo(5);
        tree.increment(7, 3);
        assertThat(tree.decrement(7, 2)).isEqualTo(2);
        assertThat(tree.decrement(7, 2)).isEqualTo(1);
        assertThat(tree.decrement(7, 2)).isZero();
        assertThat(tree.decrementOn(YESTERDAY, 7, 4)).isEqualTo(4);
        assertThat(tree.decrementOn(YESTERDAY, 7, 4)).isEqualTo(1);
        assertThat(tree.find(7, DayRange.ALL).toMap()).isEqualTo(Map.of(TODAY, 0L, YESTERDAY, 0L));
        assertThat(tree.sum(7)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aBucketThatIsSetHoldsExactlyTheCount(HistoryKind history) {
        open(history);
        assertThat(tree.set(7, YESTERDAY, 5)).isEqualTo(5);
        assertThat(tree.increment(7)).isEqualTo(6);
        assertThat(tree.set(7, YESTERDAY, 2)).isEqualTo(3);
        assertThat(tree.set(7, YESTERDAY, 2)).isEqualTo(3);
        assertThat(tree.set(7, 10101, MAX - 3)).isEqualTo(MAX);
        assertThat(tree.set(7, TODAY, 0)).isEqualTo(MAX - 1);
        assertThat(tree.increment(7)).isEqualTo(MAX);
        assertThat(tree.find(7, DayRange.ALL).toMap()).isEqualTo(Map.of(10101, MAX - 3, YESTERDAY, 2L, TODAY, 1L));
        assertThat(tree.set(8, TODAY, 0)).isZero();
        assertThat(tree.find(8, DayRange.ALL).toMap()).isEqualTo(Map.of(TODAY, 0L));
        assertThat(tree.set(-1, 20240229, MAX)).isEqualTo(MAX);
        assertThat(tree.set(-1, 20240229, Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat(tree.set(-1, TODAY, Long.MAX_VALUE)).isEqualTo(MAX);
    }

    @ParameterizedTest
    @EnumSource
    void aBucketThatIsSetNeverTakesTheTotalPastItsMaximum(HistoryKind history) {
        open(history);
        tree.increment(1, Long.MIN_VALUE);
        tree.set(1, YESTERDAY, Long.MAX_VALUE);
        long lsn = test.store().statistics().lastLsn();
        for (int day : new int[] {YESTERDAY, 20200101, TODAY}) {
            assertThatThrownBy(() -> tree.set(1, day, MAX))
                    .isInstanceOf(CounterOverflowException.class)
                    .hasMessageContaining("key=1")
                    .hasMessageContaining("day=" + day)
                    .hasMessageContaining("count=18446744073709551615");
        }
        assertThat(test.store().statistics().lastLsn()).isEqualTo(lsn);
        assertThat(tree.find(1, DayRange.ALL).toMap())
                .isEqualTo(Map.of(TODAY, Long.MIN_VALUE, YESTERDAY, Long.MAX_VALUE));
        assertThat(tree.sum(1)).isEqualTo(MAX);
    }

    @ParameterizedTest
    @EnumSource
    void rangesIncludeBothEndsAndNeedNotBeDays(HistoryKind history) {
        open(history);
        int[] days = {10101, 20240229, 20251231, 20260101, YESTERDAY, TODAY, 99991231};
        for (int i = 0; i < days.length; i++) {
            tree.incrementOn(days[i], 1, 1L << i);
        }
        assertThat(tree.sum(1)).isEqualTo(127);
        assertThat(tree.sum(1, DayRange.ALL)).isEqualTo(127);
        assertThat(tree.sum(1, DayRange.of(YESTERDAY))).isEqualTo(16);
        assertThat(tree.sum(1, new DayRange(20251231, YESTERDAY))).isEqualTo(4 + 8 + 16);
        assertThat(tree.sum(1, new DayRange(20251232, 20260100))).isZero();
        assertThat(tree.sum(1, new DayRange(20240200, 20240299))).isEqualTo(2);
        assertThat(tree.sum(1, new DayRange(0, 10101))).isEqualTo(1);
        assertThat(tree.sum(1, new DayRange(99991231, Integer.MAX_VALUE))).isEqualTo(64);
        assertThat(tree.find(1, new DayRange(20250000, 20269999)).toMap())
                .isEqualTo(Map.of(20251231, 4L, 20260101, 8L, YESTERDAY, 16L, TODAY, 32L));
        tree.delete(1, new DayRange(20251231, YESTERDAY));
        assertThat(tree.sum(1)).isEqualTo(127 - 4 - 8 - 16);
        tree.increment(2);
        tree.delete(DayRange.of(TODAY));
        assertThat(tree.sum(1)).isEqualTo(1 + 2 + 64);
        assertThat(tree.sum(2)).isZero();
        assertThat(tree.keyCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void resetsKeepTheKeysAndCreateTheOneTheyName(HistoryKind history) {
        open(history);
        tree.incrementOn(YESTERDAY, 1, 1);
        tree.increment(1);
        tree.increment(2);
        tree.reset(1);
        tree.reset(3);
        tree.delete(4, DayRange.ALL);
        assertThat(tree.sum(1)).isZero();
        assertThat(tree.sum(2)).isEqualTo(1);
        assertThat(tree.keyCount()).isEqualTo(4);
        tree.reset();
        assertThat(tree.keyCount()).isEqualTo(4);
        assertThat(tree.find(2, DayRange.ALL).size()).isZero();
        tree.increment(2);
        assertThat(tree.find(2, DayRange.ALL).toMap()).isEqualTo(Map.of(TODAY, 1L));
    }

    @ParameterizedTest
    @EnumSource
    void aWriteCreatesAMissingTreeAndAReadDoesNot(HistoryKind history) {
        open(history);
        assertThatThrownBy(() -> tree.sum(1)).isInstanceOf(TreeNotFoundException.class);
        assertThatThrownBy(() -> tree.keyCount()).isInstanceOf(TreeNotFoundException.class);
        assertThatThrownBy(() -> tree.find(DayRange.ALL, (key, buckets) -> {}))
                .isInstanceOf(TreeNotFoundException.class);
        test.tree("by decrement").decrement(1);
        test.tree("by reset").reset();
        test.tree("by delete").delete(DayRange.ALL);
        test.tree("by key").reset(1);
        test.tree("by set").set(1, YESTERDAY, 3);
        assertThat(test.store().trees()).containsExactly("by decrement", "by reset", "by delete", "by key", "by set");
        assertThat(test.store().statistics().lastLsn()).isEqualTo(5);
        assertThat(test.tree("by reset").keyCount()).isZero();
        assertThat(test.tree("by key").keyCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aMistakeOfTheCallerChangesNothing(HistoryKind history) {
        open(history);
        assertThatThrownBy(() -> tree.increment(1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tree.decrement(1, 0)).isInstanceOf(IllegalArgumentException.class);
        for (int day : new int[] {0, -1, 20260230, 20261301, 100000101, 10100}) {
            assertThatThrownBy(() -> tree.incrementOn(day, 1, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tree.decrementOn(day, 1, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tree.set(1, day, 1)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> tree.set(1, TODAY + 1, 1))
                .isInstanceOf(FutureDayException.class)
                .hasMessage("The day has not come yet: day=20261121, today=20261120");
        assertThat(test.store().trees()).isEmpty();
        assertThat(test.store().statistics().lastLsn()).isZero();
    }

    @Test
    void aStoreInMemoryCountsWithoutADirectory() {
        try (KarmaStore store = KarmaStore.open(
                KarmaOptions.builder().history(HistoryKind.ON_HEAP).build())) {
            assertThat(store.tree("a").increment(1)).isEqualTo(1);
            assertThat(store.tree("a").increment(1)).isEqualTo(2);
            assertThat(store.verify().ok()).isTrue();
            assertThat(store.verify().compared()).isFalse();
            assertThat(store.snapshots()).isEmpty();
            assertThat(store.isDurable(store.catalogLsn())).isTrue();
            store.sync();
            assertThatThrownBy(store::checkpoint).isInstanceOf(StorageException.class);
            assertThatThrownBy(() -> store.snapshot("a")).isInstanceOf(StorageException.class);
            assertThatThrownBy(() -> store.load("1_a.tree")).isInstanceOf(StorageException.class);
            store.dropTree("a");
            assertThat(store.statistics().keys()).isZero();
        }
    }
}
