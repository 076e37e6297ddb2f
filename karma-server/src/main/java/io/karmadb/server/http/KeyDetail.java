package io.karmadb.server.http;

import io.karmadb.Buckets;
import io.karmadb.DayRange;
import io.karmadb.KarmaStore;
import io.karmadb.Tree;
import io.karmadb.TreeNotFoundException;
import java.util.function.Supplier;

/** {@code /api/key}: the days of one key. */
final class KeyDetail {
    private final TreeReader reader;

    KeyDetail(Supplier<Stage> stage) {
        reader = new TreeReader(stage);
    }

    Reply answer(Query query) throws RefusedException {
        KarmaStore store = reader.store();
        Tree tree = store.tree(TreeReader.name(query));
        long key = query.unsigned("key");
        DayRange days = TreeReader.days(query, store.today());
        Buckets buckets;
        long total;
        try {
            buckets = tree.find(key, days);
            total = tree.sum(key);
        } catch (TreeNotFoundException e) {
            throw TreeReader.missing(e);
        }
        return Json.object(json -> {
            Json.unsigned(json, "key", key);
            json.writeNumberField("from", days.first());
            json.writeNumberField("to", days.last());
            Json.unsigned(json, "total", total);
            Json.unsigned(json, "sum", buckets.sum());
            json.writeArrayFieldStart("days");
            for (int i = 0; i < buckets.size(); i++) {
                json.writeStartObject();
                json.writeNumberField("day", buckets.day(i));
                Json.unsigned(json, "count", buckets.count(i));
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}
