package io.karmadb.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.karmadb.HistoryKind;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.Tag;
import net.openhft.chronicle.hash.ChronicleHashClosedException;

class OffHeapHistoryTest extends HistoryContractTest {
    @Override
    OffHeapHistory open() {
        return (OffHeapHistory) HistoryFactory.open(HistoryKind.OFF_HEAP);
    }

    @Example
    void aHistoryTakesNoMapBeforeItsFirstBucket() {
        try (OffHeapHistory history = open()) {
            assertThat(history.maps()).isEmpty();
            assertThat(history.bytes()).isZero();
        }
    }

    @Example
    void pagesMoveToLargerMapsAsTheyGrowAndOthersStay() {
        try (OffHeapHistory history = open()) {
            HistoryModel model = new HistoryModel(history);
            int keys = 6_000;
            for (int key = 0; key < keys; key++) {
                model.put(key, dayOf(2025, 0), key); // a page that never grows
            }
            for (int day = 0; day < 60; day++) {
                for (int key = 0; key < keys; key++) {
                    model.put(key, dayOf(2026, day), 1_000_000);
                }
                assertNoMapIsFull(history);
            }
            model.assertAll();
            assertThat(history.maps().length).isBetween(4, 8);

            int inSeveral = 0;
            for (int key = 0; key < keys; key++) {
                assertThat(Integer.bitCount(model.locator(key)))
                        .isBetween(1, 2); // one a page: years moved out are gone
                inSeveral += Integer.bitCount(model.locator(key)) - 1;
            }
            assertThat(inSeveral).isPositive();

            for (int key = 0; key < keys; key++) {
                model.delete(key, 20260101, 20261231);
                assertThat(Integer.bitCount(model.locator(key))).isEqualTo(1);
            }
            model.assertAll();
        }
    }

    /** A map's tiers stay taken; a tree that is emptied and filled again must not need ever larger maps. */
    @Example
    void roomThatIsFreeAgainIsUsedAgain() {
        try (OffHeapHistory history = open()) {
            HistoryModel model = new HistoryModel(history);
            int mapsAtFirst = 0;
            for (int cycle = 0; cycle < 12; cycle++) {
                for (int key = 0; key < 5_000; key++) {
                    for (int day = 0; day < 6; day++) {
                        model.put(key, dayOf(2026, 10 * cycle + day), -1);
                    }
                }
                assertNoMapIsFull(history);
                for (int key = 0; key < 5_000; key++) {
                    model.delete(key, 0, Integer.MAX_VALUE);
                }
                if (cycle == 0) {
                    mapsAtFirst = history.maps().length;
                }
            }
            assertThat(history.maps().length).isLessThanOrEqualTo(mapsAtFirst + 1);
        }
    }

    @Tag("exhaustive")
    @Example
    void manyPagesAreNeitherLostNorWrong() {
        long seed = 20261123;
        int keys = 200_000;
        int[] days = {dayOf(2023, 363), dayOf(2024, 60), dayOf(2025, 0), dayOf(2026, 10), dayOf(2026, 11)};
        try (OffHeapHistory history = open()) {
            int[] locators = new int[keys];
            SplittableRandom random = new SplittableRandom(seed);
            for (int day : days) {
                for (int key = 0; key < keys; key++) {
                    long count = random.nextLong() >>> random.nextInt(64);
                    locators[key] = history.put(spread(key), locators[key], day, count);
                }
            }
            assertNoMapIsFull(history);

            SplittableRandom again = new SplittableRandom(seed);
            long[] sums = new long[keys];
            for (int day : days) {
                for (int key = 0; key < keys; key++) {
                    long count = again.nextLong() >>> again.nextInt(64);
                    sums[key] += count;
                    long found = history.sum(spread(key), locators[key], day, day, 0);
                    if (found != count) {
                        fail("seed=%d, key=%d, day=%d", seed, key, day);
                    }
                }
            }
            for (int key = 0; key < keys; key++) {
                long found = history.sum(spread(key), locators[key], 0, Integer.MAX_VALUE, 0);
                if (found != sums[key] || history.delete(spread(key), locators[key], 0, Integer.MAX_VALUE) != 0) {
                    fail("seed=%d, key=%d", seed, key);
                }
            }
        }
    }

    private static long spread(int key) {
        return key * 0x9e3779b97f4a7c15L;
    }

    @Example
    void closingFreesTheMaps() {
        OffHeapHistory history = open();
        history.put(1, History.NOWHERE, 20261123, 1);
        PageMap map = history.maps()[0];
        PageKey key = new PageKey();
        key.set(1, 2026);
        assertThat(map.contains(key)).isTrue();
        history.close();
        assertThatThrownBy(() -> map.contains(key)).isInstanceOf(ChronicleHashClosedException.class);
        assertThat(history.bytes()).isZero();
    }

    private static void assertNoMapIsFull(OffHeapHistory history) {
        for (PageMap map : history.maps()) {
            assertThat(map.extraTiers()).isLessThanOrEqualTo(map.tiersPlanned() * 3 / 2 + 2);
        }
    }
}
