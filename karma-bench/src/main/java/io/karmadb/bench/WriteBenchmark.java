package io.karmadb.bench;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.Ticket;
import io.karmadb.Tree;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How long does a write to a tree take whose keys are all there already?
 *
 * <p>{@code java -jar karma-bench.jar WriteBenchmark -p durability=NONE,BUFFERED,WRITE,FSYNC -t 2}
 */
public class WriteBenchmark extends BenchmarkDefaults {
    /** A tree in which every key has been counted once today. */
    @State(Scope.Benchmark)
    public static class Counted {
        /** What an acknowledged write survives. */
        @Param({"NONE", "BUFFERED"})
        public Durability durability;

        /** Where older buckets are kept. */
        @Param({"OFF_HEAP"})
        public HistoryKind history;

        private StoreCounters scratch;
        private Tree tree;

        /**
         * Opens the store and counts every key once.
         *
         * @param space the keys
         */
        @Setup(Level.Trial)
        public void open(KeySpace space) {
            scratch = StoreCounters.open(durability, history);
            tree = scratch.tree();
            Ticket ticket = Ticket.waiting(); // for locks and for room, not for a force of the log each time
            for (int rank = 0; rank < space.keys; rank++) {
                tree.deferred().increment(KeySpace.key(rank), ticket);
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

    /** Adds 1. */
    @Benchmark
    public long increment(Counted counted, Keys keys) {
        return counted.tree.increment(keys.next());
    }

    /** Adds 1 and takes it again: what a decrement takes was always there. */
    @Benchmark
    public long incrementAndDecrement(Counted counted, Keys keys) {
        long key = keys.next();
        counted.tree.increment(key);
        return counted.tree.decrement(key);
    }

    /** Four totals, then one increment. */
    @Benchmark
    public long mixed(Counted counted, Keys keys) {
        boolean read = keys.nextIsRead();
        long key = keys.next();
        return read ? counted.tree.sum(key) : counted.tree.increment(key);
    }
}
