package io.karmadb.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * How long do the same commands take on a {@code ConcurrentHashMap<Long, AtomicLong>}, which knows totals but no days,
 * and remembers nothing? Compare with {@link WriteBenchmark} and {@link ReadBenchmark} within one run.
 *
 * <p>{@code java -jar karma-bench.jar "(Map|Write)Benchmark.increment$" -p keys=1000000}
 */
public class MapBenchmark extends BenchmarkDefaults {
    /** A map in which every key has been counted once. */
    @State(Scope.Benchmark)
    public static class Counted {
        private final MapCounters map = new MapCounters();

        /**
         * Counts every key once.
         *
         * @param space the keys
         */
        @Setup(Level.Trial)
        public void fill(KeySpace space) {
            for (int rank = 0; rank < space.keys; rank++) {
                map.increment(KeySpace.key(rank));
            }
        }
    }

    /** Adds 1. */
    @Benchmark
    public long increment(Counted counted, Keys keys) {
        return counted.map.increment(keys.next());
    }

    /** Adds 1 and takes it again. */
    @Benchmark
    public long incrementAndDecrement(Counted counted, Keys keys) {
        long key = keys.next();
        counted.map.increment(key);
        return counted.map.decrement(key);
    }

    /** The total. */
    @Benchmark
    public long sum(Counted counted, Keys keys) {
        return counted.map.sum(keys.next());
    }

    /** Four totals, then one increment. */
    @Benchmark
    public long mixed(Counted counted, Keys keys) {
        boolean read = keys.nextIsRead();
        long key = keys.next();
        return read ? counted.map.sum(key) : counted.map.increment(key);
    }
}
