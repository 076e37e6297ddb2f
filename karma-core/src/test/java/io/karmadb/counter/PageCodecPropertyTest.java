package io.karmadb.counter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Pages against sorted maps. */
class PageCodecPropertyTest {
    static final long[] COUNTS = {0, 1, 127, 128, 16_383, 16_384, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE, -2, -1};
    private static final int[] DAYS = LocalDate.of(2024, 1, 1)
            .datesUntil(LocalDate.of(2025, 1, 1))
            .mapToInt(day -> day.getMonthValue() * 100 + day.getDayOfMonth())
            .toArray();

    private final byte[] page = new byte[PageCodec.PAGE_BYTES_MAX + PageCodec.PUT_BYTES_MAX];
    private final TreeMap<Integer, Long> model = new TreeMap<>();
    private int length;

    private record Change(boolean delete, int day, long count, int last) {}

    @Provide
    Arbitrary<List<Change>> changes() {
        Arbitrary<Integer> days =
                Arbitraries.integers().between(0, DAYS.length - 1).map(i -> DAYS[i]);
        Arbitrary<Long> counts = Arbitraries.oneOf(
                Arbitraries.integers().between(0, COUNTS.length - 1).map(i -> COUNTS[i]), Arbitraries.longs());
        Arbitrary<Boolean> deletes =
                Arbitraries.frequency(net.jqwik.api.Tuple.of(1, true), net.jqwik.api.Tuple.of(5, false));
        return Combinators.combine(deletes, days, counts, days)
                .as(Change::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 2_000)
    void changesAreThoseOfASortedMap(@ForAll("changes") List<Change> changes) {
        clear();
        for (Change change : changes) {
            if (change.delete) {
                delete(Math.min(change.day, change.last), Math.max(change.day, change.last));
            } else {
                put(change.day, change.count);
            }
            assertPage();
        }
    }

    @Property(tries = 2_000)
    void rangesAreThoseOfASortedMap(
            @ForAll("changes") List<Change> changes, @ForAll("range") int first, @ForAll("range") int last) {
        clear();
        changes.forEach(change -> put(change.day, change.count));
        for (int exceptDay : new int[] {0, first, last, 630}) {
            assertRange(first, last, exceptDay);
        }
    }

    @Provide
    Arbitrary<Integer> range() {
        return Arbitraries.integers().between(0, 9_999).edgeCases(edges -> edges.add(0, 101, 1231, 9_999));
    }

    @Property(tries = 200)
    void everyOrderOfWritingGivesTheSameBytes(@ForAll Random random) {
        Map<Integer, Long> counts = new HashMap<>();
        List<Integer> days = new ArrayList<>();
        for (int day : DAYS) {
            counts.put(day, COUNTS[random.nextInt(COUNTS.length)]);
            days.add(day);
        }
        clear();
        days.forEach(day -> put(day, counts.get(day)));
        byte[] inOrder = page.clone();
        int lengthInOrder = length;

        Collections.shuffle(days, random);
        clear();
        days.forEach(day -> put(day, 5));
        Collections.shuffle(days, random);
        days.forEach(day -> put(day, counts.get(day)));

        assertThat(length).isEqualTo(lengthInOrder);
        assertThat(page).startsWith(java.util.Arrays.copyOf(inOrder, lengthInOrder));
    }

    @Example
    void aFullPageOfTheLargestCountsHasTheLargestLength() {
        clear();
        for (int i = DAYS.length - 1; i >= 0; i--) {
            put(DAYS[i], -1);
            assertThat(length).isLessThanOrEqualTo(PageCodec.PAGE_BYTES_MAX);
        }
        assertThat(DAYS).hasSize(PageCodec.BUCKETS_MAX);
        assertThat(length).isEqualTo(PageCodec.PAGE_BYTES_MAX - 1); // the first bucket has no delta
        assertPage();
    }

    @Example
    void eachDayIsKeptAndRemovedAlone() {
        for (int i = 0; i < DAYS.length; i++) {
            for (int j = 0; j < DAYS.length; j += 13) {
                clear();
                put(DAYS[i], -1);
                put(DAYS[j], 1);
                assertPage();
                delete(DAYS[i], DAYS[i]);
                assertPage();
            }
        }
    }

    @Example
    void typicalPagesAreSmall() {
        clear();
        for (int i = 0; i < 30; i++) {
            put(DAYS[i], 100);
        }
        assertThat(length).isEqualTo(2 + 30 + 29); // a byte for a count below 128, a byte for a delta
    }

    private void clear() {
        model.clear();
        length = 0;
    }

    private void put(int day, long count) {
        int before = length;
        length = PageCodec.put(page, length, day, count);
        assertThat(length - before).isLessThanOrEqualTo(PageCodec.PUT_BYTES_MAX);
        model.put(day, count);
    }

    private void delete(int first, int last) {
        int before = length;
        length = PageCodec.delete(page, length, first, last);
        assertThat(length).isLessThanOrEqualTo(before);
        model.subMap(first, true, last, true).clear();
    }

    private void assertPage() {
        assertThat(length == 0).isEqualTo(model.isEmpty());
        if (length > 0) {
            assertThat(PageCodec.newestDay(page)).isEqualTo(model.lastKey());
        }
        assertRange(0, 9_999, 0);
    }

    private void assertRange(int first, int last, int exceptDay) {
        SortedMap<Integer, Long> expected = new TreeMap<>();
        long sum = 0;
        for (Map.Entry<Integer, Long> bucket : model.entrySet()) {
            int day = bucket.getKey();
            if (day >= first && day <= last && day != exceptDay) {
                expected.put(20_240_000 + day, bucket.getValue());
                sum += bucket.getValue();
            }
        }
        BucketBuffer collected = new BucketBuffer();
        PageCodec.collect(page, length, first, last, exceptDay, 20_240_000, collected);
        assertThat(collected.toMap()).isEqualTo(expected);
        assertThat(collected.size()).isEqualTo(expected.size());
        assertThat(PageCodec.sum(page, length, first, last, exceptDay)).isEqualTo(sum);
    }
}
