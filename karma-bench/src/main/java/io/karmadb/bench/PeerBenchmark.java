package io.karmadb.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How long do other stores take for the same work, a bucket of the day and a total for every increment? Compare with
 * {@link WriteBenchmark} and {@link ReadBenchmark} within one run; {@link MapBenchmark} has the limit.
 *
 * <p>{@code java -jar karma-bench.jar "(Peer|Write)Benchmark.increment$" -p keys=1000000 -p distribution=UNIFORM}
 */
public class PeerBenchmark extends BenchmarkDefaults {
    private static final int DAY = 20261123;

    /** A peer in which every key has been counted once. */
    @State(Scope.Benchmark)
    public static class Counted {
        /** Which one. */
        @Param({"CHRONICLE_MAP", "ROCKSDB", "MVSTORE"})
        public Peer peer;

        private Counters counters;

        /**
         * Opens it and counts every key once.
         *
         * @param space the keys
         */
        @Setup(Level.Trial)
        public void open(KeySpace space) {
            counters = peer.open(space.keys, DAY);
            for (int rank = 0; rank < space.keys; rank++) {
                counters.increment(KeySpace.key(rank));
            }
        }

        /** Closes it. */
        @TearDown(Level.Trial)
        public void close() {
            counters.close();
        }
    }

    /** Adds 1. */
    @Benchmark
    public long increment(Counted counted, Keys keys) {
        return counted.counters.increment(keys.next());
    }

    /** Adds 1 and takes it again. */
    @Benchmark
    public long incrementAndDecrement(Counted counted, Keys keys) {
        long key = keys.next();
        counted.counters.increment(key);
        return counted.counters.decrement(key);
    }

    /** The total. */
    @Benchmark
    public long sum(Counted counted, Keys keys) {
        return counted.counters.sum(keys.next());
    }

    /** Four totals, then one increment. */
    @Benchmark
    public long mixed(Counted counted, Keys keys) {
        boolean read = keys.nextIsRead();
        long key = keys.next();
        return read ? counted.counters.sum(key) : counted.counters.increment(key);
    }
}
