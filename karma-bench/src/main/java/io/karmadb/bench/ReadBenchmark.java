package io.karmadb.bench;

import io.karmadb.Buckets;
import io.karmadb.Day;
import io.karmadb.DayRange;
import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.Tree;
import java.time.LocalDate;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How long does it take to read a key that was counted every day: its total, the sum of its last days, its buckets?
 * The durability plays no part in reads.
 *
 * <p>{@code java -jar karma-bench.jar ReadBenchmark -p keys=1000 -p days=365 -p history=OFF_HEAP,ON_HEAP}
 */
public class ReadBenchmark extends BenchmarkDefaults {
    /** A tree in which every key has been counted on each of the last days. */
    @State(Scope.Benchmark)
    public static class CountedDays {
        /** On how many days, today being the last. */
        @Param({"30"})
        public int days;

        /** Where older buckets are kept. */
        @Param({"OFF_HEAP"})
        public HistoryKind history;

        private StoreCounters scratch;
        private Tree tree;
        private DayRange last7Days;
        private DayRange last30Days;
        private DayRange last365Days;

        /**
         * Opens the store and counts every key on every day.
         *
         * @param space the keys
         */
        @Setup(Level.Trial)
        public void open(KeySpace space) {
            scratch = StoreCounters.open(Durability.NONE, history);
            tree = scratch.tree();
            int today = scratch.store().today();
            last7Days = DayRange.lastDays(7, today);
            last30Days = DayRange.lastDays(30, today);
            last365Days = DayRange.lastDays(365, today);
            for (int rank = 0; rank < space.keys; rank++) {
                countEveryDay(KeySpace.key(rank), Day.toDate(today));
            }
        }

        private void countEveryDay(long key, LocalDate today) {
            for (int daysAgo = days - 1; daysAgo >= 0; daysAgo--) {
                tree.incrementOn(Day.of(today.minusDays(daysAgo)), key, 1 + daysAgo);
            }
        }

        /**
         * Closes the store.
         */
        @TearDown(Level.Trial)
        public void close() {
            scratch.close();
        }
    }

    /** The total. */
    @Benchmark
    public long sum(CountedDays counted, Keys keys) {
        return counted.tree.sum(keys.next());
    }

    /** The sum of 7 days. */
    @Benchmark
    public long sum7Days(CountedDays counted, Keys keys) {
        return counted.tree.sum(keys.next(), counted.last7Days);
    }

    /** The sum of 30 days. */
    @Benchmark
    public long sum30Days(CountedDays counted, Keys keys) {
        return counted.tree.sum(keys.next(), counted.last30Days);
    }

    /** The sum of 365 days. */
    @Benchmark
    public long sum365Days(CountedDays counted, Keys keys) {
        return counted.tree.sum(keys.next(), counted.last365Days);
    }

    /** The buckets of 30 days, copied. */
    @Benchmark
    public Buckets find30Days(CountedDays counted, Keys keys) {
        return counted.tree.find(keys.next(), counted.last30Days);
    }
}
