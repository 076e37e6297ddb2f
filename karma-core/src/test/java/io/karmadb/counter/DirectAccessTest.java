package io.karmadb.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.HistoryKind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import net.openhft.chronicle.core.Memory;
import net.openhft.chronicle.core.OS;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.VanillaChronicleMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectAccessTest {
    private final PageKey key = new PageKey();
    private final Page page = new Page();

    @BeforeAll
    static void startChronicleMap() {
        HistoryFactory.open(HistoryKind.OFF_HEAP).close();
    }

    /** The page number i, of as many buckets as are asked for. */
    private void make(int i, int buckets) {
        key.set(i * 0x9e3779b97f4a7c15L, 1990 + i % 50);
        page.clear();
        for (int n = 0; n < buckets; n++) {
            page.put(101 + n % 28 + 100 * (n / 28), (long) i * n);
        }
    }

    private static void insertByQuery(VanillaChronicleMap<PageKey, Page, ?> map, PageKey key, Page page) {
        try (ExternalMapQueryContext<PageKey, Page, ?> query = map.queryContext((Data<PageKey>) key)) {
            query.writeLock().lock();
            query.absentEntry().doInsert(page);
        }
    }

    @Test
    void itIsWhatThisVersionOfTheMapIsFilledBy() {
        assertThat(DirectAccessTrial.passed()).isTrue();
    }

    /** Each byte but those of chunks, some of which nobody has written: their pages are read instead. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16})
    void theMemoryIsWhatTheMapsOwnInsertionLeaves(int segments) {
        try (VanillaChronicleMap<PageKey, Page, ?> direct = PageMap.newMap(256L * segments, segments);
                VanillaChronicleMap<PageKey, Page, ?> own = PageMap.newMap(256L * segments, segments)) {
            DirectAccess access = new DirectAccess(direct);
            int refused = 0;
            int pages = 1_200 * segments;
            for (int i = 0; i < pages; i++) {
                makeOfTwoChunks(i);
                int chunks = direct.inChunks(PageKey.BYTES + 1 + page.length());
                assertThat(chunks).isEqualTo(2);
                insertByQuery(own, key, page);
                if (!access.insert(key, page, chunks)) {
                    insertByQuery(direct, key, page);
                    refused++;
                }
            }
            int tiers = own.remainingAutoResizes();
            assertThat(direct.remainingAutoResizes()).isEqualTo(tiers);
            assertThat(refused).isBetween(segments, 4 * segments); // once for each further tier
            long headers = own.segmentBaseAddr(0) - own.segmentHeaderAddress(0);
            assertSame(direct.segmentHeaderAddress(0), own.segmentHeaderAddress(0), headers);
            long beforeChunks = own.tierSize - own.actualChunksPerSegmentTier * own.chunkSize;
            for (int tier = 1; tier <= segments + refused; tier++) {
                assertSame(direct.tierIndexToBaseAddr(tier), own.tierIndexToBaseAddr(tier), beforeChunks);
            }
            Page found = new Page();
            for (int i = 0; i < pages; i++) {
                makeOfTwoChunks(i);
                assertThat(direct.getUsing(key, found)).isSameAs(found);
                assertThat(found.equalTo(page)).as("page=%d", i).isTrue();
                found.clear();
                assertThat(access.read(key, found)).as("page=%d", i).isTrue();
                assertThat(found.equalTo(page)).as("page=%d", i).isTrue();
                access.prefetch(key); // also of what lies in a further tier
            }
            for (int i = pages; i < 2 * pages; i++) {
                makeOfTwoChunks(i);
                access.prefetch(key);
                assertThat(access.read(key, found)).as("page=%d", i).isFalse();
            }
        }
    }

    private void makeOfTwoChunks(int i) {
        make(i, 1 + i % 4);
        for (int day = 1229; day <= 1231; day++) {
            page.put(day, 1L << 62);
        }
    }

    private static void assertSame(long direct, long own, long bytes) {
        Memory memory = OS.memory();
        for (long at = 0; at + Long.BYTES <= bytes; at += Long.BYTES) {
            if (memory.readLong(direct + at) != memory.readLong(own + at)) {
                throw new AssertionError(
                        "other bytes than the map's own insertion leaves: offset=" + at + " of " + bytes
                                + ", direct=" + Long.toHexString(memory.readLong(direct + at)) + ", own="
                                + Long.toHexString(memory.readLong(own + at)));
            }
        }
    }

    /** Pages of all sizes, put, made to grow, shrunk and removed by turns, by both ways of insertion. */
    @Test
    void whatWasInsertedCanBeUsedAsAnyOther() {
        long seed = ThreadLocalRandom.current().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        try (OffHeapHistory history = new OffHeapHistory()) {
            HistoryContractTest.HistoryModel model = new HistoryContractTest.HistoryModel(history);
            for (int i = 0; i < 8_000; i++) {
                int known = random.nextInt(1 + i);
                switch (random.nextInt(8)) {
                    case 0, 1, 2, 3, 4 -> {
                        TreeMap<Integer, Long> buckets = new TreeMap<>();
                        int days = 1 + random.nextInt(random.nextInt(10) == 0 ? 300 : 12);
                        for (int day = 0; day < days; day++) {
                            buckets.put(
                                    (2020 + day / 100) * 10_000 + 101 + day % 28 + day % 100 / 28 * 100,
                                    random.nextLong() >>> random.nextInt(1, 64));
                        }
                        model.putAll(i, buckets);
                    }
                    case 5 -> model.delete(known, 20200101, 20200101 + random.nextInt(500));
                    default -> model.put(known, 20200101 + random.nextInt(28), random.nextLong() >>> 1);
                }
            }
            model.assertAll();
        } catch (AssertionError e) {
            throw new AssertionError("seed=" + seed, e);
        }
    }

    /** Pages of all sizes that the map itself inserts, moves, shrinks and removes, so that its chains have gaps and tiers. */
    @Test
    void readsWhatTheMapReads() {
        long seed = ThreadLocalRandom.current().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        int keys = 3_000;
        boolean[] there = new boolean[keys];
        Page byQuery = new Page();
        Page direct = new Page();
        try (PageMap map = new PageMap(0, 1_024)) {
            for (int round = 0; round < 30_000; round++) {
                int i = random.nextInt(keys);
                make(i, 1 + random.nextInt(random.nextInt(20) == 0 ? 300 : 10));
                if (!there[i] && map.hasRoom()) {
                    map.add(key, page);
                    there[i] = true;
                } else if (there[i] && random.nextInt(3) == 0) {
                    map.remove(key);
                    there[i] = false;
                } else if (there[i]) {
                    map.putBucket(key, 101 + random.nextInt(28), random.nextLong(), page);
                }
                byQuery.clear();
                direct.clear();
                assertThat(map.readByQuery(key, byQuery))
                        .as("seed=%d, round=%d", seed, round)
                        .isEqualTo(there[i]);
                assertThat(map.readDirectly(key, direct))
                        .as("seed=%d, round=%d", seed, round)
                        .isEqualTo(there[i]);
                assertThat(direct.equalTo(byQuery))
                        .as("seed=%d, round=%d", seed, round)
                        .isTrue();
                map.prefetch(key);
            }
        }
    }

    @Test
    void twoThreadsThatInsertAndOneThatUsesTheMapDisturbNobody() throws ExecutionException, InterruptedException {
        int keys = 6_000;
        try (PageMap map = new PageMap(0, 8_192)) {
            ExecutorService pool = Executors.newFixedThreadPool(3);
            List<Future<?>> work = new ArrayList<>();
            for (int thread = 0; thread < 3; thread++) {
                int first = thread;
                work.add(pool.submit(() -> {
                    DirectAccessTest own = new DirectAccessTest();
                    for (int i = first; i < keys; i += 3) {
                        own.make(i, 1 + i % 20);
                        if (first < 2) {
                            map.addNew(own.key, own.page);
                        } else {
                            map.add(own.key, own.page);
                            map.putBucket(own.key, 1231, 7, own.page);
                        }
                    }
                }));
            }
            for (Future<?> each : work) {
                each.get();
            }
            pool.shutdown();
            assertThat(map.pages()).isEqualTo(keys);
            Page found = new Page();
            for (int i = 0; i < keys; i++) {
                make(i, 1 + i % 20);
                if (i % 3 == 2) {
                    page.put(1231, 7);
                }
                assertThat(map.read(key, found) && found.equalTo(page))
                        .as("page=%d", i)
                        .isTrue();
            }
        }
    }
}
