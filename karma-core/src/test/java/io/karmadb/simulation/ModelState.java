package io.karmadb.simulation;

import io.karmadb.Buckets;
import io.karmadb.DayRange;
import io.karmadb.KarmaStore;
import io.karmadb.Tree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a store holds: trees in order of creation, their keys, and the buckets of each by day. Immutable; parts that did
 * not change are shared.
 */
record ModelState(Map<String, Map<Long, NavigableMap<Integer, Long>>> trees) {
    static final ModelState EMPTY = new ModelState(Map.of());

    /** Reads all of a store, and checks that each key's total is the sum of its buckets. */
    static ModelState of(KarmaStore store) {
        Map<String, Map<Long, NavigableMap<Integer, Long>>> trees = new LinkedHashMap<>();
        for (String name : store.trees()) {
            Map<Long, NavigableMap<Integer, Long>> keys = new TreeMap<>();
            store.tree(name).find(DayRange.ALL, (key, buckets) -> {
                if (keys.put(key, new TreeMap<>(buckets.toMap())) != null) {
                    throw new AssertionError("a key came twice: tree=" + name + ", key=" + key);
                }
                long total = store.tree(name).sum(key);
                if (total != buckets.sum()) {
                    throw new AssertionError("a total is not the sum of its buckets: tree=" + name + ", key=" + key
                            + ", total=" + total + ", buckets=" + buckets.toMap());
                }
            });
            if (store.tree(name).keyCount() != keys.size()) {
                throw new AssertionError("keyCount=" + store.tree(name).keyCount() + ", keys=" + keys.keySet());
            }
            trees.put(name, keys);
        }
        return new ModelState(trees);
    }

    /**
     * Says whether a store holds this and nothing else, and gives the right totals. Many times as fast as comparing with
     * {@link #of}.
     */
    boolean isHeldBy(KarmaStore store) {
        return store.trees().equals(names())
                && trees.entrySet().stream().allMatch(tree -> isHeldBy(store.tree(tree.getKey()), tree.getValue()));
    }

    private static boolean isHeldBy(Tree tree, Map<Long, NavigableMap<Integer, Long>> keys) {
        int[] visits = {0};
        Set<Long> same = new HashSet<>();
        tree.find(DayRange.ALL, (key, buckets) -> {
            visits[0]++;
            if (isSame(buckets, keys.get(key)) && tree.sum(key) == buckets.sum()) {
                same.add(key);
            }
        });
        return visits[0] == keys.size() && same.size() == keys.size() && tree.keyCount() == keys.size();
    }

    private static boolean isSame(Buckets found, NavigableMap<Integer, Long> expected) {
        if (expected == null || found.size() != expected.size()) {
            return false;
        }
        for (int i = 0; i < found.size(); i++) {
            Long count = expected.get(found.day(i));
            if (count == null || count != found.count(i)) {
                return false;
            }
        }
        return true;
    }

    boolean same(ModelState other) {
        return new ArrayList<>(trees.keySet()).equals(new ArrayList<>(other.trees.keySet()))
                && trees.equals(other.trees);
    }

    Map<Long, NavigableMap<Integer, Long>> tree(String name) {
        return trees.get(name);
    }

    List<String> names() {
        return List.copyOf(trees.keySet());
    }

    ModelState with(String name, Map<Long, NavigableMap<Integer, Long>> keys) {
        Map<String, Map<Long, NavigableMap<Integer, Long>>> changed = new LinkedHashMap<>(trees);
        changed.put(name, keys);
        return new ModelState(changed);
    }

    ModelState without(String name) {
        Map<String, Map<Long, NavigableMap<Integer, Long>>> changed = new LinkedHashMap<>(trees);
        changed.remove(name);
        return new ModelState(changed);
    }

    /** Returns a key's bucket, or null. */
    Long bucket(String name, long key, int day) {
        NavigableMap<Integer, Long> buckets = trees.getOrDefault(name, Map.of()).get(key);
        return buckets == null ? null : buckets.get(day);
    }

    /** Returns a key's total. */
    long total(String name, long key) {
        NavigableMap<Integer, Long> buckets = trees.getOrDefault(name, Map.of()).get(key);
        return buckets == null
                ? 0
                : buckets.values().stream().mapToLong(count -> count).sum();
    }

    /** Changes a key, which comes to be if it is missing, as its tree does. */
    ModelState change(String name, long key, Consumer<NavigableMap<Integer, Long>> change) {
        Map<Long, NavigableMap<Integer, Long>> keys = new TreeMap<>(trees.getOrDefault(name, Map.of()));
        NavigableMap<Integer, Long> buckets = new TreeMap<>(keys.getOrDefault(key, new TreeMap<>()));
        change.accept(buckets);
        keys.put(key, buckets);
        return with(name, keys);
    }

    /** Changes all keys of a tree, which comes to be if it is missing. */
    ModelState changeAll(String name, Consumer<NavigableMap<Integer, Long>> change) {
        Map<Long, NavigableMap<Integer, Long>> keys = new TreeMap<>();
        trees.getOrDefault(name, Map.of()).forEach((key, buckets) -> {
            NavigableMap<Integer, Long> changed = new TreeMap<>(buckets);
            change.accept(changed);
            keys.put(key, changed);
        });
        return with(name, keys);
    }
}
