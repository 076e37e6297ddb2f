package io.karmadb.bench.paired;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.bench.StoreCounters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Resident memory. */
final class Footprint {
    private static final int KEYS = 5_000_000;
    private static final long KIB = 1024;
    private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private Footprint() {}

    static double bytesPerKey() throws IOException {
        try (StoreCounters store = StoreCounters.open(Durability.NONE, HistoryKind.OFF_HEAP)) {
            store.increment(KeyDraw.key(0));
            long before = residentBytes();
            Writes.fill(store, KEYS);
            long grown = residentBytes() - before;
            System.out.printf(
                    Locale.ROOT,
                    "  by the store's own account: %.1f bytes a key%n",
                    (double) store.store().statistics().memoryBytes() / KEYS);
            return (double) grown / KEYS;
        }
    }

    /** Returns what the process has in memory after a collection, once the heap has given back what it does not need. */
    static long residentBytes() throws IOException {
        System.gc();
        long least = Long.MAX_VALUE;
        long leastNanos = System.nanoTime();
        while (System.nanoTime() - leastNanos < SETTLED_NANOS) {
            long now = residentNow();
            if (now < least) {
                least = now;
                leastNanos = System.nanoTime();
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return least;
    }

    private static long residentNow() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                * KIB;
    }
}
