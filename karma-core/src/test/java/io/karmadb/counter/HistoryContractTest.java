package io.karmadb.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Day;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What every history does. The seed of a failed run is in its report. */
abstract class HistoryContractTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final long[] KEYS = {0, 1, 42, Long.MAX_VALUE, Long.MIN_VALUE, -1};

    abstract History open();

    @Property(tries = 150)
    void anyCallsDoWhatTheyDoToSortedMaps(@ForAll Random random) {
        int[] years = {1, 1970, 2024, 2025, 2026, 9999};
        try (History history = open()) {
            HistoryModel model = new HistoryModel(history);
            for (int i = 0; i < 400; i++) {
                long key = KEYS[random.nextInt(KEYS.length)];
                int first = dayOf(years[random.nextInt(years.length)], random.nextInt(365));
                int last = dayOf(years[random.nextInt(years.length)], random.nextInt(365));
                switch (random.nextInt(12)) {
                    case 0 -> model.delete(key, first, random.nextBoolean() ? last : first);
                    case 1 -> model.delete(key, 0, random.nextInt(4) == 0 ? ALL : last);
                    case 2 -> model.putAll(key, randomBuckets(random, years));
                    case 3, 4 -> model.assertRange(key, first, last, random.nextBoolean() ? first : 0);
                    case 5 -> model.assertRange(key, 0, ALL, last);
                    default -> model.put(key, first, randomCount(random));
                }
            }
            model.assertAll();
        }
    }

    @Example
    void aKeyWithoutBucketsIsNowhere() {
        try (History history = open()) {
            assertThat(history.sum(7, History.NOWHERE, 0, ALL, 0)).isZero();
            assertThat(history.delete(7, History.NOWHERE, 0, ALL)).isEqualTo(History.NOWHERE);
            BucketBuffer none = new BucketBuffer();
            history.collect(7, History.NOWHERE, 0, ALL, 0, none);
            assertThat(none.size()).isZero();

            int locator = history.put(7, History.NOWHERE, 20261123, 5);
            assertThat(locator).isNotEqualTo(History.NOWHERE).isBetween(1, (1 << History.LOCATOR_BITS) - 1);
            assertThat(history.delete(7, locator, 20261122, 20261122)).isEqualTo(locator);
            assertThat(history.delete(7, locator, 20261123, 20261123)).isEqualTo(History.NOWHERE);
        }
    }

    @Example
    void theShadowedDayIsNotSeenAndNotChanged() {
        try (History history = open()) {
            int locator = history.put(7, History.NOWHERE, 20261122, 5);
            locator = history.put(7, locator, 20261123, -1);
            assertThat(history.sum(7, locator, 20261101, 20261130, 20261123)).isEqualTo(5);
            assertThat(history.sum(7, locator, 20261123, 20261123, 20261123)).isZero();
            assertThat(history.sum(7, locator, 20261101, 20261130, 20251123)).isEqualTo(4); // 5 + 2^64 - 1
            BucketBuffer seen = new BucketBuffer();
            history.collect(7, locator, 0, ALL, 20261122, seen);
            assertThat(seen.toMap()).isEqualTo(Map.of(20261123, -1L));
        }
    }

    @Example
    void collectAppendsToWhatIsThere() {
        try (History history = open()) {
            int locator = history.put(7, History.NOWHERE, 20261122, 5);
            BucketBuffer into = new BucketBuffer();
            into.add(20200101, 1);
            history.collect(7, locator, 0, ALL, 0, into);
            assertThat(into.toMap()).isEqualTo(Map.of(20200101, 1L, 20261122, 5L));
        }
    }

    @Example
    void aKeyMayHaveBucketsInEveryYear() {
        try (History history = open()) {
            HistoryModel model = new HistoryModel(history);
            for (int year = 1; year <= 9999; year += 97) {
                model.put(3, dayOf(year, 0), year);
                model.put(3, dayOf(year, 364), -1);
                model.put(4, dayOf(10_000 - year, 200), year);
            }
            model.assertAll();
            for (int year = 1; year <= 9999; year += 970) {
                model.assertRange(3, dayOf(year, 1), dayOf(Math.min(9999, year + 200), 5), 0);
            }
            model.delete(3, dayOf(300, 0), dayOf(9000, 200));
            model.delete(4, 0, ALL);
            model.assertAll();
        }
    }

    @Example
    void tenYearsOfDaysOfTheLargestCountsAreKept() {
        try (History history = open()) {
            HistoryModel model = new HistoryModel(history);
            LocalDate.of(2016, 1, 1).datesUntil(LocalDate.of(2026, 1, 1)).forEach(day -> {
                model.put(1, Day.of(day), -1);
                model.put(-1, Day.of(day), day.getDayOfYear());
            });
            model.assertAll();
            model.assertRange(1, 20190228, 20220301, 20200229);
        }
    }

    /** Growth under way in several threads at once, and one key's calls not always from the same thread. */
    @Example
    void threadsWithKeysOfTheirOwnDoNotDisturbEachOther() throws Exception {
        int threads = 4;
        int rounds = 4;
        int keys = 2_000;
        try (History history = open()) {
            List<HistoryModel> models = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                models.add(new HistoryModel(history));
            }
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            try {
                for (int round = 0; round < rounds; round++) {
                    int now = round;
                    List<Callable<Void>> work = new ArrayList<>();
                    for (int i = 0; i < threads; i++) {
                        int mine = i;
                        work.add(() -> {
                            disturb(models.get(mine), mine, threads, keys, new SplittableRandom(31L * now + mine));
                            return null;
                        });
                    }
                    for (Future<Void> done : pool.invokeAll(work)) {
                        done.get();
                    }
                }
            } finally {
                pool.shutdown();
            }
            models.forEach(HistoryModel::assertAll);
        }
    }

    private static void disturb(HistoryModel model, int mine, int threads, int keys, SplittableRandom random) {
        for (int i = 0; i < keys; i++) {
            long key = (long) random.nextInt(keys) * threads + mine;
            int day = dayOf(2025 + random.nextInt(2), random.nextInt(365));
            if (random.nextInt(20) == 0) {
                model.delete(key, day, day + 10_000);
            } else {
                for (int j = 0; j < 8; j++) {
                    model.put(key, dayOf(day / 10_000, random.nextInt(365)), random.nextInt(1_000));
                }
            }
            if (random.nextInt(10) == 0) {
                model.assertRange(key, day, day + 5_000, day);
            }
        }
    }

    @Example
    void anInterruptedThreadWorksOnAndStaysInterrupted() {
        try (History history = open()) {
            HistoryModel model = new HistoryModel(history);
            Thread.currentThread().interrupt();
            try {
                for (int key = 0; key < 2_000; key++) {
                    model.put(key, 20261123, key);
                }
                model.assertAll();
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            } finally {
                Thread.interrupted();
            }
        }
    }

    @Example
    void memoryGrowsWithTheBucketsAndFallsWhenTheyGo() {
        try (History history = open()) {
            HistoryModel model = new HistoryModel(history);
            model.put(1, 20261123, 1);
            long before = history.bytes();
            assertThat(before).isBetween(1L, 200_000L);
            for (int key = 0; key < 4_000; key++) {
                for (int day = 0; day < 40; day++) {
                    model.put(key, dayOf(2026, day), 1_000);
                }
            }
            long full = history.bytes();
            assertThat(full - before).isBetween(4_000L * 40 * 2, 4_000L * 40 * 12);
            for (int key = 0; key < 4_000; key++) {
                model.delete(key, 0, ALL);
            }
            assertThat(history.bytes()).isLessThan(full / 2);
            model.assertAll();
        }
    }

    static int dayOf(int year, int index) {
        return Day.of(LocalDate.ofYearDay(year, index + 1));
    }

    private static long randomCount(Random random) {
        return random.nextBoolean()
                ? PageCodecPropertyTest.COUNTS[random.nextInt(PageCodecPropertyTest.COUNTS.length)]
                : random.nextLong() >>> random.nextInt(64);
    }

    private static TreeMap<Integer, Long> randomBuckets(Random random, int[] years) {
        TreeMap<Integer, Long> buckets = new TreeMap<>();
        int size = 1 + random.nextInt(40);
        for (int i = 0; i < size; i++) {
            buckets.put(dayOf(years[random.nextInt(years.length)], random.nextInt(365)), randomCount(random));
        }
        return buckets;
    }

    /** A history and what it should hold, with the locators that its caller keeps. One thread at a time. */
    static final class HistoryModel {
        private final History history;
        private final Map<Long, Integer> locators = new HashMap<>();
        private final Map<Long, TreeMap<Integer, Long>> expected = new HashMap<>();

        HistoryModel(History history) {
            this.history = history;
        }

        void put(long key, int day, long count) {
            moveTo(key, history.put(key, locator(key), day, count));
            expected.computeIfAbsent(key, k -> new TreeMap<>()).put(day, count);
            assertThat(locator(key)).isNotEqualTo(History.NOWHERE);
        }

        /** Puts buckets of a key, if it has none, from the middle of a list. */
        void putAll(long key, TreeMap<Integer, Long> buckets) {
            if (locator(key) != History.NOWHERE) {
                return;
            }
            BucketBuffer list = new BucketBuffer();
            list.add(10101, 99);
            buckets.forEach(list::add);
            list.add(99991231, 99);
            moveTo(key, history.putAll(key, list, 1, list.size() - 1));
            expected.put(key, new TreeMap<>(buckets));
        }

        void delete(long key, int first, int last) {
            moveTo(key, history.delete(key, locator(key), first, last));
            TreeMap<Integer, Long> buckets = expected.getOrDefault(key, new TreeMap<>());
            if (first <= last) {
                buckets.subMap(first, true, last, true).clear();
            }
            assertThat(locator(key) == History.NOWHERE).isEqualTo(buckets.isEmpty());
        }

        void assertAll() {
            expected.keySet().forEach(key -> assertRange(key, 0, ALL, 0));
        }

        void assertRange(long key, int first, int last, int exceptDay) {
            TreeMap<Integer, Long> buckets = expected.getOrDefault(key, new TreeMap<>());
            TreeMap<Integer, Long> inRange =
                    first > last ? new TreeMap<>() : new TreeMap<>(buckets.subMap(first, true, last, true));
            inRange.remove(exceptDay);
            BucketBuffer collected = new BucketBuffer();
            history.collect(key, locator(key), first, last, exceptDay, collected);
            assertThat(collected.toMap()).isEqualTo(inRange);
            assertThat(collected.size()).isEqualTo(inRange.size());
            for (int i = 1; i < collected.size(); i++) {
                assertThat(collected.day(i)).isGreaterThan(collected.day(i - 1));
            }
            assertThat(history.sum(key, locator(key), first, last, exceptDay))
                    .isEqualTo(
                            inRange.values().stream().mapToLong(count -> count).sum());
        }

        int locator(long key) {
            return locators.getOrDefault(key, History.NOWHERE);
        }

        private void moveTo(long key, int locator) {
            assertThat(locator).isBetween(0, (1 << History.LOCATOR_BITS) - 1);
            locators.put(key, locator);
        }
    }
}
