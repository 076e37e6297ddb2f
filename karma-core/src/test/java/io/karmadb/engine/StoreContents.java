package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Day;
import io.karmadb.DayRange;
import io.karmadb.KarmaStore;
import java.time.LocalDate;
import java.util.SortedMap;
import java.util.TreeMap;

/** Everything that a store holds, as text that can be compared and read. */
final class StoreContents {
    private StoreContents() {}

    /** Returns the trees, with their keys, with their buckets: {@code {links={42={20261120=3}}}}. */
    static SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> of(KarmaStore store) {
        SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> trees = new TreeMap<>();
        for (String name : store.trees()) {
            SortedMap<String, SortedMap<Integer, Long>> keys = new TreeMap<>();
            store.tree(name).find(DayRange.ALL, (key, buckets) -> {
                assertThat(keys.put(Long.toUnsignedString(key), buckets.toMap()))
                        .as("key %s comes once", key)
                        .isNull();
                assertThat(store.tree(name).sum(key)).as("total of %s", key).isEqualTo(buckets.sum());
            });
            assertThat(store.tree(name).keyCount()).isEqualTo(keys.size());
            trees.put(name, keys);
        }
        return trees;
    }

    /**
     * Reads the same from text: a tree's name on a line of its own, then its keys, each on a line that starts with a tab
     * and goes on with its buckets, {@code day=count}; a day called {@code log} is that of the log's last change.
     */
    static SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> parse(String text, LocalDate logDay) {
        SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> trees = new TreeMap<>();
        SortedMap<String, SortedMap<Integer, Long>> keys = null;
        for (String line : text.lines().toList()) {
            if (!line.startsWith("\t")) {
                keys = new TreeMap<>();
                trees.put(line, keys);
                continue;
            }
            String[] words = line.substring(1).split(" ");
            SortedMap<Integer, Long> buckets = new TreeMap<>();
            for (int i = 1; i < words.length; i++) {
                String[] bucket = words[i].split("=");
                int day = bucket[0].equals("log") ? Day.of(logDay) : Integer.parseInt(bucket[0]);
                buckets.put(day, Long.parseUnsignedLong(bucket[1]));
            }
            keys.put(words[0], buckets);
        }
        return trees;
    }
}
