package io.karmadb.bench.paired;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.bench.Counters;
import io.karmadb.bench.MapCounters;
import io.karmadb.bench.RocksCounters;
import io.karmadb.bench.StoreCounters;
import java.util.Arrays;
import java.util.Locale;

/** Increments beside those of peers. */
final class Writes {
    private static final int MILLION = 1_000_000;
    private static final int FEW = 10_000;
    private static final int MANY = 10_000_000;

    private Writes() {}

    static double beside(Durability durability, int keys, int threads) throws InterruptedException {
        try (StoreCounters store = StoreCounters.open(durability, HistoryKind.OFF_HEAP);
                MapCounters map = new MapCounters()) {
            return contest(store, map, keys, threads, threads, "map").ratio();
        }
    }

    static double twoBesideOne() throws InterruptedException {
        try (StoreCounters two = StoreCounters.open(Durability.BUFFERED, HistoryKind.OFF_HEAP);
                StoreCounters one = StoreCounters.open(Durability.BUFFERED, HistoryKind.OFF_HEAP)) {
            return contest(two, one, MILLION, 2, 1, "one thread").ratio();
        }
    }

    static double besideRocks() throws InterruptedException {
        try (StoreCounters store = StoreCounters.open(Durability.BUFFERED, HistoryKind.OFF_HEAP);
                RocksCounters rocks = RocksCounters.open(store.store().today())) {
            return contest(store, rocks, MILLION, 1, 1, "RocksDB").ratio();
        }
    }

    private static Contest.Result contest(
            Counters ours, Counters theirs, int keys, int ourThreads, int theirThreads, String name)
            throws InterruptedException {
        fill(ours, keys);
        fill(theirs, keys);
        long[][] drawn = KeyDraw.uniform(keys, Math.max(ourThreads, theirThreads));
        Contest.Result result = Contest.run(
                new Contest.Side(ours::increment, Arrays.copyOf(drawn, ourThreads)),
                new Contest.Side(theirs::increment, Arrays.copyOf(drawn, theirThreads)));
        System.out.printf(
                Locale.ROOT,
                "  keys=%d: ours %.1f ns, %s %.1f ns, ratio %.2f%n",
                keys,
                result.oursNanos(),
                name,
                result.theirsNanos(),
                result.ratio());
        return result;
    }

    static void fill(Counters counters, int keys) {
        for (int rank = 0; rank < keys; rank++) {
            counters.increment(KeyDraw.key(rank));
        }
    }

    /** Each size has the two sides beside each other; between the sizes only growth is compared. */
    static double growth() throws InterruptedException {
        double[] ours = new double[2];
        double[] theirs = new double[2];
        int[] sizes = {FEW, MANY};
        for (int i = 0; i < sizes.length; i++) {
            try (StoreCounters store = StoreCounters.open(Durability.NONE, HistoryKind.OFF_HEAP);
                    MapCounters map = new MapCounters()) {
                Contest.Result result = contest(store, map, sizes[i], 1, 1, "map");
                ours[i] = result.oursNanos();
                theirs[i] = result.theirsNanos();
            }
        }
        System.out.printf(
                Locale.ROOT,
                "  growth: ours x %.2f (+%.0f ns), the map's x %.2f (+%.0f ns)%n",
                ours[1] / ours[0],
                ours[1] - ours[0],
                theirs[1] / theirs[0],
                theirs[1] - theirs[0]);
        return (theirs[1] / theirs[0]) / (ours[1] / ours[0]);
    }
}
