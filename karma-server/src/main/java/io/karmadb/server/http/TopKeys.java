package io.karmadb.server.http;

import io.karmadb.CounterCursor;
import io.karmadb.DayRange;
import io.karmadb.KarmaStore;
import io.karmadb.TreeNotFoundException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Supplier;

/**
 * {@code /api/top}: the keys of a tree that were counted most on some days. It has to look at every key, so it stops after
 * some time, and says so; it also stops when the client leaves.
 */
final class TopKeys {
    private static final int SHOWN_DEFAULT = 20;
    private static final int SHOWN_MAX = 100;
    private static final int KEYS_BETWEEN_LOOKS = 1024;
    private static final Comparator<Row> LEAST_FIRST = (one, other) -> {
        int counts = Long.compareUnsigned(one.count, other.count);
        return counts != 0 ? counts : Long.compareUnsigned(other.key, one.key);
    };

    private record Row(long key, long count) {}

    private record Result(List<Row> rows, long keys, boolean complete) {}

    private final TreeReader reader;
    private final long nanosMax;

    TopKeys(Supplier<Stage> stage, Duration timeMax) {
        reader = new TreeReader(stage);
        nanosMax = timeMax.toNanos();
    }

    Reply answer(Query query) throws RefusedException {
        KarmaStore store = reader.store();
        DayRange days = TreeReader.days(query, store.today());
        int shown = query.integer("limit", SHOWN_DEFAULT, 1, SHOWN_MAX);
        Result result;
        try (CounterCursor cursor = store.tree(TreeReader.name(query)).cursor(days)) {
            result = scan(cursor, shown, query);
        } catch (TreeNotFoundException e) {
            throw TreeReader.missing(e);
        }
        return Json.object(json -> {
            json.writeNumberField("from", days.first());
            json.writeNumberField("to", days.last());
            json.writeNumberField("keys", result.keys);
            json.writeBooleanField("complete", result.complete);
            json.writeArrayFieldStart("top");
            for (Row row : result.rows) {
                json.writeStartObject();
                Json.unsigned(json, "key", row.key);
                Json.unsigned(json, "count", row.count);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private Result scan(CounterCursor cursor, int shown, Query query) {
        PriorityQueue<Row> most = new PriorityQueue<>(shown + 1, LEAST_FIRST);
        long start = System.nanoTime();
        long keys = 0;
        boolean complete = true;
        while (cursor.next()) {
            keys++;
            long count = cursor.buckets().sum();
            if (most.size() < shown || Long.compareUnsigned(count, most.peek().count) >= 0) {
                most.add(new Row(cursor.key(), count));
                if (most.size() > shown) {
                    most.poll();
                }
            }
            if (keys % KEYS_BETWEEN_LOOKS == 0
                    && (System.nanoTime() - start > nanosMax
                            || query.abandoned().getAsBoolean())) {
                complete = false;
                break;
            }
        }
        List<Row> rows = new ArrayList<>(most);
        rows.sort(LEAST_FIRST.reversed());
        return new Result(rows, keys, complete);
    }
}
