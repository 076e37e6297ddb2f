package io.karmadb.engine;

import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;

/** Opens stores. */
public final class Engine {
    private Engine() {}

    /**
     * Opens a store.
     *
     * @param options how
     * @return an open store
     */
    public static KarmaStore open(KarmaOptions options) {
        throw new UnsupportedOperationException();
    }
}
