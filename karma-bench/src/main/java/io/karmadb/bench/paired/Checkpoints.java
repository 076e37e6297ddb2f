package io.karmadb.bench.paired;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.bench.StoreCounters;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The longest increment while a checkpoint is being written, beside the longest while nothing else goes on. */
final class Checkpoints {
    private static final int KEYS = 5_000_000;
    private static final int ROUNDS = 5;
    private static final double NANOS_PER_MILLI = 1e6;

    private Checkpoints() {}

    static double longestIncrementMillis() throws InterruptedException {
        try (StoreCounters store = StoreCounters.open(Durability.BUFFERED, HistoryKind.OFF_HEAP)) {
            Writes.fill(store, KEYS);
            long[] keys = KeyDraw.uniform(KEYS, 1)[0];
            double[] during = new double[ROUNDS];
            double[] before = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                before[i] = longestWhile(store, keys, () -> sleep(2));
                long began = System.nanoTime();
                during[i] = longestWhile(store, keys, () -> store.store().checkpoint());
                System.out.printf(
                        Locale.ROOT,
                        "  checkpoint of %.1f s: longest increment %.1f ms; without one, in 2 s, %.1f ms%n",
                        (System.nanoTime() - began) / 1e9,
                        during[i],
                        before[i]);
            }
            return Contest.median(during);
        }
    }

    private static double longestWhile(StoreCounters store, long[] keys, Runnable other) throws InterruptedException {
        Writer writer = new Writer(store, keys);
        Thread thread = new Thread(writer);
        thread.start();
        try {
            other.run();
        } finally {
            writer.stopped = true;
            thread.join();
        }
        return writer.longest / NANOS_PER_MILLI;
    }

    private static void sleep(int seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Writer implements Runnable {
        private final StoreCounters store;
        private final long[] keys;
        private volatile boolean stopped;
        private long longest;

        Writer(StoreCounters store, long[] keys) {
            this.store = store;
            this.keys = keys;
        }

        @Override
        public void run() {
            long before = System.nanoTime();
            for (int i = 0; !stopped; i = i + 1 == keys.length ? 0 : i + 1) {
                store.increment(keys[i]);
                long now = System.nanoTime();
                longest = Math.max(longest, now - before);
                before = now;
            }
        }
    }
}
