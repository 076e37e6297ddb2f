package io.karmadb.bench.paired;

import io.karmadb.Day;
import io.karmadb.DayRange;
import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.Tree;
import io.karmadb.bench.MapCounters;
import io.karmadb.bench.StoreCounters;
import java.time.LocalDate;
import java.util.Locale;
import java.util.function.LongUnaryOperator;

/** Reads beside those of peers. */
final class Reads {
    private static final int MILLION = 1_000_000;
    private static final int DAYS = 30;

    private Reads() {}

    static double totals() throws InterruptedException {
        try (StoreCounters store = StoreCounters.open(Durability.NONE, HistoryKind.OFF_HEAP);
                MapCounters map = new MapCounters()) {
            Writes.fill(store, MILLION);
            Writes.fill(map, MILLION);
            return contest(store::sum, map::sum, "map");
        }
    }

    /** Every other of the range's days has a bucket, so that 15 of 30 are in history, and the last is current. */
    static double rangeSums() throws InterruptedException {
        try (StoreCounters store = StoreCounters.open(Durability.NONE, HistoryKind.OFF_HEAP);
                PageMapPeer pages = new PageMapPeer(MILLION)) {
            Tree tree = store.tree();
            DayRange range = DayRange.lastDays(DAYS, store.store().today());
            LocalDate today = Day.toDate(store.store().today());
            for (int daysAgo = DAYS - 1; daysAgo >= 0; daysAgo -= daysAgo == 1 ? 1 : 2) {
                int day = Day.of(today.minusDays(daysAgo));
                for (int rank = 0; rank < MILLION; rank++) {
                    tree.incrementOn(day, KeyDraw.key(rank), 1 + daysAgo);
                }
            }
            for (int rank = 0; rank < MILLION; rank++) {
                pages.put(KeyDraw.key(rank), DAYS / 2);
            }
            return contest(key -> tree.sum(key, range), pages::get, "Chronicle Map's get");
        }
    }

    private static double contest(LongUnaryOperator ours, LongUnaryOperator theirs, String name)
            throws InterruptedException {
        long[][] keys = KeyDraw.uniform(MILLION, 1);
        Contest.Result result = Contest.run(new Contest.Side(ours, keys), new Contest.Side(theirs, keys));
        System.out.printf(
                Locale.ROOT,
                "  ours %.1f ns, %s %.1f ns, ratio %.2f%n",
                result.oursNanos(),
                name,
                result.theirsNanos(),
                result.ratio());
        return result.ratio();
    }
}
