package io.karmadb.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.lock.BriefLock;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LiveTableTest {
    private static final long SEED = 20261123;

    private final BriefLock lock = new BriefLock();

    @Test
    void keepsEveryKeyWithAllItsFieldsWhileItGrows() {
        Random random = new Random(SEED);
        LiveTable table = new LiveTable(SEED);
        Map<Long, long[]> model = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            long key = i % 3 == 0 ? i : random.nextLong();
            if (model.containsKey(key)) {
                continue;
            }
            table.reserve();
            int at = table.insert(key);
            long total = random.nextLong();
            long count = random.nextLong();
            int day = random.nextInt(Integer.MAX_VALUE);
            int locator = random.nextInt(1 << History.LOCATOR_BITS);
            table.setTotal(at, total);
            table.setCurrent(at, day, count);
            table.setLocator(at, locator);
            model.put(key, new long[] {total, count, day, locator});
        }
        assertThat(table.size()).isEqualTo(model.size());
        model.forEach((key, fields) -> {
            int at = table.find(key);
            assertThat(new long[] {table.total(at), table.count(at), table.day(at), table.locator(at)})
                    .isEqualTo(fields);
            assertThat(table.totalUnlocked(key, lock, lock.tryOptimisticRead())).isEqualTo(fields[0]);
        });
        assertThat(LongStream.of(table.keys()).sorted().toArray())
                .isEqualTo(
                        model.keySet().stream().mapToLong(key -> key).sorted().toArray());
    }

    @Test
    void keysThatAreNotThereAreNotFoundAndTotalZero() {
        LiveTable table = new LiveTable(SEED);
        table.reserve();
        table.insert(0);
        assertThat(table.find(-1)).isNegative();
        assertThat(table.totalUnlocked(-1, lock, lock.tryOptimisticRead())).isZero();
        assertThat(table.find(0)).isNotNegative();
    }

    @Test
    void whoHasLookedWhileTheLockWasTakenHasFoundNothing() {
        LiveTable table = new LiveTable(SEED);
        table.reserve();
        int at = table.insert(7);
        table.setTotal(at, 3);
        long seen = lock.tryOptimisticRead();
        assertThat(table.findUnlocked(7, lock, seen)).isEqualTo(at);
        assertThat(table.totalUnlocked(7, lock, seen)).isEqualTo(3);
        lock.take(true);
        lock.release();
        assertThat(table.findUnlocked(7, lock, seen)).isNegative();
        assertThat(table.totalUnlocked(7, lock, seen)).isEqualTo(CounterTree.UNKNOWN);
    }

    @Test
    void setsOneFieldWithoutTouchingTheOthers() {
        LiveTable table = new LiveTable(SEED);
        table.reserve();
        int at = table.insert(-1);
        table.setLocator(at, 0xFFFF);
        table.setCurrent(at, 99991231, -1);
        table.setTotal(at, -2);
        table.setCurrent(at, 0, 0);
        assertThat(table.locator(at)).isEqualTo(0xFFFF);
        table.setLocator(at, 0);
        assertThat(table.day(at)).isZero();
        assertThat(table.total(at)).isEqualTo(-2);
        assertThat(table.find(-1)).isEqualTo(at);
    }
}
