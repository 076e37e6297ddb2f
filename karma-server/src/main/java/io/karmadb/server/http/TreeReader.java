package io.karmadb.server.http;

import io.karmadb.DayRange;
import io.karmadb.KarmaStore;
import io.karmadb.TreeNotFoundException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.Supplier;

/** What the pages on trees have in common: the store that is there or not, the tree, the days. */
final class TreeReader {
    private static final int DAYS_DEFAULT = 30;
    private static final int DAY_MAX = 99_999_999;

    private final Supplier<Stage> stage;

    TreeReader(Supplier<Stage> stage) {
        this.stage = stage;
    }

    KarmaStore store() throws RefusedException {
        Served served = stage.get().served();
        if (served == null) {
            throw new RefusedException(HttpResponseStatus.SERVICE_UNAVAILABLE, "The store is being restored");
        }
        return served.store();
    }

    /** Returns the name of the tree that is asked for. */
    static String name(Query query) throws RefusedException {
        String name = query.required("tree");
        if (name.isEmpty()) {
            throw new RefusedException(HttpResponseStatus.BAD_REQUEST, "Parameter tree must not be empty");
        }
        return name;
    }

    /** Returns the days that are asked for, or else the last thirty. */
    static DayRange days(Query query, int today) throws RefusedException {
        DayRange usual = DayRange.lastDays(DAYS_DEFAULT, today);
        int first = query.integer("from", usual.first(), 0, DAY_MAX);
        int last = query.integer("to", usual.last(), 0, DAY_MAX);
        if (first > last) {
            throw new RefusedException(HttpResponseStatus.BAD_REQUEST, "The last day comes before the first");
        }
        return new DayRange(first, last);
    }

    static RefusedException missing(TreeNotFoundException e) {
        return new RefusedException(HttpResponseStatus.NOT_FOUND, e.getMessage());
    }
}
