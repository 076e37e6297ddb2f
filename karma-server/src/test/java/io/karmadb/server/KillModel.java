package io.karmadb.server;

import static io.karmadb.server.network.Client.error;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.server.network.Client;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one connection's keys hold, by plain maps: each tree's keys, and their buckets by day. Commands take effect on it
 * and return the answer that the server must give. Nobody else writes to these keys; a tree may have others, too.
 */
final class KillModel {
    static final String OK = success("\"OK\"");
    private static final String EVERYTHING = ",\"time_from\":0,\"time_to\":99999999";
    private static final Pattern BUCKET = Pattern.compile("\"(\\d+)\":(\\d+)");

    private final SortedMap<String, SortedMap<Long, SortedMap<Integer, Long>>> trees = new TreeMap<>();

    /** A command as it is sent, and what it does. */
    record Step(String request, Effect effect) {
        @Override
        public String toString() {
            return request;
        }
    }

    /** What a command does to a model. */
    interface Effect {
        /**
         * Takes effect.
         *
         * @param model is changed
         * @param answer the server's, null if it was not received
         * @return the answer that must be given
         */
        String apply(KillModel model, String answer);
    }

    private static Step step(String command, String tree, String more, Effect effect) {
        return new Step("{\"command\":\"" + command + "\",\"tree_name\":\"" + tree + "\"" + more + "}", effect);
    }

    private static String key(long key) {
        return ",\"key\":" + key;
    }

    private static String missing(String tree) {
        return error("not_found", "Tree \"" + tree + "\" not found");
    }

    private SortedMap<Integer, Long> buckets(String tree, long key) {
        return tree(tree).computeIfAbsent(key, number -> new TreeMap<>());
    }

    /** Returns a tree, for a write, which creates one that is missing. */
    private SortedMap<Long, SortedMap<Integer, Long>> tree(String tree) {
        return trees.computeIfAbsent(tree, name -> new TreeMap<>());
    }

    boolean has(String tree) {
        return trees.containsKey(tree);
    }

    /** Returns what a tree holds, to be put back by {@link #load}; changes of this model do not change it. */
    SortedMap<Long, SortedMap<Integer, Long>> copyOf(String tree) {
        SortedMap<Long, SortedMap<Integer, Long>> copy = new TreeMap<>();
        trees.get(tree).forEach((key, buckets) -> copy.put(key, new TreeMap<>(buckets)));
        return copy;
    }

    KillModel copy() {
        KillModel copy = new KillModel();
        trees.keySet().forEach(tree -> copy.trees.put(tree, copyOf(tree)));
        return copy;
    }

    static Step create(String tree) {
        return step("create", tree, "", (model, answer) -> {
            model.tree(tree);
            return OK;
        });
    }

    static Step drop(String tree) {
        return step("drop", tree, "", (model, answer) -> model.trees.remove(tree) == null ? missing(tree) : OK);
    }

    static Step increment(String tree, long key, int day) {
        return step("increment", tree, key(key), (model, answer) -> {
            model.buckets(tree, key).merge(day, 1L, Long::sum);
            return success("1");
        });
    }

    static Step decrement(String tree, long key, int day) {
        return step("decrement", tree, key(key), (model, answer) -> {
            model.buckets(tree, key).computeIfPresent(day, (same, count) -> Math.max(0, count - 1));
            return success("1");
        });
    }

    static Step set(String tree, long key, int day, long count) {
        return step("set", tree, key(key) + ",\"day\":" + day + ",\"count\":" + count, (model, answer) -> {
            model.buckets(tree, key).put(day, count);
            return success("1");
        });
    }

    static Step sum(String tree, long key) {
        return step("sum", tree, key(key), (model, answer) -> {
            if (!model.has(tree)) {
                return missing(tree);
            }
            return success(Long.toString(total(model.buckets(tree, key))));
        });
    }

    private static long total(SortedMap<Integer, Long> buckets) {
        return buckets.values().stream().mapToLong(Long::longValue).sum();
    }

    static Step find(String tree, long key) {
        return step("find", tree, key(key) + EVERYTHING, (model, answer) -> {
            if (!model.has(tree)) {
                return missing(tree);
            }
            StringBuilder json = new StringBuilder("{");
            model.buckets(tree, key)
                    .forEach((day, count) ->
                            json.append(json.length() > 1 ? "," : "").append("\"" + day + "\":" + count));
            return success(json.append('}').toString());
        });
    }

    static Step reset(String tree, long key) {
        return step("reset", tree, key(key), (model, answer) -> {
            model.buckets(tree, key).clear();
            return OK;
        });
    }

    static Step delete(String tree, long key, int from, int to) {
        return step("delete", tree, key(key) + range(from, to), (model, answer) -> {
            model.buckets(tree, key).subMap(from, to + 1).clear();
            return success("true");
        });
    }

    private static String range(int from, int to) {
        return ",\"time_from\":" + from + ",\"time_to\":" + to;
    }

    static Step resetTree(String tree) {
        return step("reset", tree, "", (model, answer) -> {
            model.tree(tree).values().forEach(Map::clear);
            return OK;
        });
    }

    static Step deleteTree(String tree, int from, int to) {
        return step("delete", tree, range(from, to), (model, answer) -> {
            model.tree(tree)
                    .values()
                    .forEach(buckets -> buckets.subMap(from, to + 1).clear());
            return success("true");
        });
    }

    static Step dump(String tree) {
        return step("dump", tree, "", (model, answer) -> success("\"Tree \\\"" + tree + "\\\" saved\""));
    }

    /** Loads a file that {@link #dump} has written, or that has been pruned since. */
    static Step load(String file, String tree, SortedMap<Long, SortedMap<Integer, Long>> content) {
        return step("load", file, "", (model, answer) -> {
            if (answer != null && answer.contains("\"error_code\":\"not_found\"")) {
                return answer;
            }
            SortedMap<Long, SortedMap<Integer, Long>> copy = new TreeMap<>();
            content.forEach((key, buckets) -> copy.put(key, new TreeMap<>(buckets)));
            model.trees.put(tree, copy);
            return success("\"Tree \\\"" + tree + "\\\" loaded\"");
        });
    }

    static Step dumpAll() {
        return new Step("{\"command\":\"dump_all\"}", (model, answer) -> OK);
    }

    /** Reads from the server what it holds of some keys, and checks each total against the buckets. */
    static KillModel read(Client client, Set<String> names, Set<Long> keys) throws IOException {
        KillModel model = new KillModel();
        String living = client.ask("{\"command\":\"trees\"}");
        for (String tree : names) {
            if (!living.contains("\"" + tree + "\"")) {
                continue;
            }
            model.trees.put(tree, new TreeMap<>());
            for (long key : keys) {
                String found = client.ask(find(tree, key).request());
                Matcher matcher = BUCKET.matcher(found.substring(found.indexOf("\"response\":{") + 11));
                SortedMap<Integer, Long> buckets = new TreeMap<>();
                while (matcher.find()) {
                    buckets.put(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
                }
                assertThat(client.ask(sum(tree, key).request()))
                        .as("tree=%s, key=%d, found=%s", tree, key, found)
                        .isEqualTo(success(Long.toString(total(buckets))));
                model.tree(tree).put(key, buckets);
            }
        }
        return model;
    }

    /** Says whether two models hold the same; a key without buckets is as good as none. */
    boolean holdsSameAs(KillModel other) {
        return withoutEmpty().equals(other.withoutEmpty());
    }

    private Map<String, SortedMap<Long, SortedMap<Integer, Long>>> withoutEmpty() {
        KillModel copy = copy();
        copy.trees.values().forEach(keys -> keys.values().removeIf(Map::isEmpty));
        return copy.trees;
    }

    @Override
    public String toString() {
        return withoutEmpty().toString();
    }
}
