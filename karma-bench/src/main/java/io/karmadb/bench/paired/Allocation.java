package io.karmadb.bench.paired;

import com.sun.management.ThreadMXBean;
import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.bench.StoreCounters;
import java.lang.management.ManagementFactory;

/** What an increment allocates on its thread, with a log. */
final class Allocation {
    private static final int KEYS = 100_000;
    private static final int ROUNDS = 20;

    private Allocation() {}

    static double bytesPerIncrement() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (StoreCounters store = StoreCounters.open(Durability.BUFFERED, HistoryKind.OFF_HEAP)) {
            double least = Double.MAX_VALUE;
            for (int i = 0; i < ROUNDS; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                Writes.fill(store, KEYS);
                long bytes = threads.getCurrentThreadAllocatedBytes() - before;
                least = Math.min(least, (double) bytes / KEYS);
            }
            return Math.floor(least * 100) / 100; // the measuring itself takes some bytes
        }
    }
}
