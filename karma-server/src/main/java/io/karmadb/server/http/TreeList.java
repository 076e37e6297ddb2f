package io.karmadb.server.http;

import io.karmadb.KarmaStore;
import io.karmadb.TreeNotFoundException;
import java.util.Locale;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/trees}: the first trees whose names contain a text, in whatever case. */
final class TreeList {
    private static final Logger LOG = LoggerFactory.getLogger(TreeList.class);
    private static final int SHOWN_MAX = 200;

    /** A name may be long; this bounds the answer. */
    private static final int CHARACTERS_MAX = 128 * 1024;

    private final TreeReader reader;

    TreeList(Supplier<Stage> stage) {
        reader = new TreeReader(stage);
    }

    Reply answer(Query query) throws RefusedException {
        KarmaStore store = reader.store();
        String text = query.optional("contains", "").toLowerCase(Locale.ROOT);
        return Json.object(json -> {
            int matching = 0;
            int shown = 0;
            int characters = 0;
            json.writeArrayFieldStart("trees");
            for (String name : store.trees()) {
                if (!name.toLowerCase(Locale.ROOT).contains(text)) {
                    continue;
                }
                matching++;
                if (shown < SHOWN_MAX && characters + name.length() <= CHARACTERS_MAX) {
                    shown++;
                    characters += name.length();
                    json.writeStartObject();
                    json.writeStringField("name", name);
                    json.writeNumberField("keys", keys(store, name));
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            json.writeNumberField("matching", matching);
            json.writeNumberField("shown", shown);
        });
    }

    private static long keys(KarmaStore store, String name) {
        try {
            return store.tree(name).keyCount();
        } catch (TreeNotFoundException e) {
            LOG.debug("A tree was dropped while the list of trees was made", e);
            return 0;
        }
    }
}
