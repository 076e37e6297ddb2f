package io.karmadb.snapshot;

import io.karmadb.HistoryKind;
import io.karmadb.counter.BucketBuffer;
import io.karmadb.counter.CounterBatch;
import io.karmadb.counter.CounterTree;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Trees as maps from key to day to count, the plain model that tests compare with. */
final class Trees {
    private Trees() {}

    static CounterTree of(Map<Long, SortedMap<Integer, Long>> content) {
        CounterTree tree = CounterTree.create(HistoryKind.ON_HEAP);
        BucketBuffer buckets = new BucketBuffer();
        content.forEach((key, days) -> {
            buckets.clear();
            days.forEach(buckets::add);
            if (!tree.restore(key, buckets)) {
                throw new IllegalArgumentException("key=" + key);
            }
        });
        return tree;
    }

    static SortedMap<Long, SortedMap<Integer, Long>> contentOf(CounterTree tree) {
        SortedMap<Long, SortedMap<Integer, Long>> content = new TreeMap<>();
        CounterBatch batch = new CounterBatch();
        for (int branch = 0; branch < tree.branchCount(); branch++) {
            long[] keys = tree.keys(branch);
            if (keys.length == 0) {
                continue;
            }
            tree.copy(branch, keys, 0, keys.length, 0, Integer.MAX_VALUE, batch);
            for (int i = 0; i < batch.size(); i++) {
                SortedMap<Integer, Long> days = new TreeMap<>();
                for (int bucket = batch.firstBucket(i); bucket < batch.endBucket(i); bucket++) {
                    days.put(batch.buckets().day(bucket), batch.buckets().count(bucket));
                }
                content.put(batch.key(i), days);
            }
        }
        return content;
    }

    /** A tree whose keys and counts use all widths that an integer can have in a file. */
    static SortedMap<Long, SortedMap<Integer, Long>> random(Random random, int keys, int daysMax) {
        SortedMap<Long, SortedMap<Integer, Long>> content = new TreeMap<>();
        while (content.size() < keys) {
            SortedMap<Integer, Long> days = new TreeMap<>();
            int count = random.nextInt(daysMax + 1);
            while (days.size() < count) {
                int day =
                        (1990 + random.nextInt(40)) * 10_000 + (1 + random.nextInt(12)) * 100 + 1 + random.nextInt(28);
                // At most 2^56 each, so that the total of a few hundred fits.
                days.put(day, random.nextLong() >>> (8 + random.nextInt(56)));
            }
            content.put(random.nextLong() >>> random.nextInt(64), days);
        }
        return content;
    }

    static SortedMap<Integer, Long> days(long... daysAndCounts) {
        SortedMap<Integer, Long> days = new TreeMap<>();
        for (int i = 0; i < daysAndCounts.length; i += 2) {
            days.put((int) daysAndCounts[i], daysAndCounts[i + 1]);
        }
        return days;
    }
}
