package io.karmadb.bench;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.Tree;
import java.io.IOException;

/** A tree of a Karma store of its own. */
public final class StoreCounters implements Counters {
    private final ScratchDirectory directory;
    private final KarmaStore store;
    private final Tree tree;

    private StoreCounters(ScratchDirectory directory, Durability durability, HistoryKind history) {
        this.directory = directory;
        store = KarmaStore.open(KarmaOptions.builder()
                .directory(directory.path())
                .durability(durability)
                .history(history)
                .build());
        tree = store.tree("links");
    }

    /**
     * Opens an empty store.
     *
     * @param durability what an acknowledged write survives
     * @param history where older buckets are kept
     * @return the counters
     */
    public static StoreCounters open(Durability durability, HistoryKind history) {
        try {
            return new StoreCounters(ScratchDirectory.make(), durability, history);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Returns the store.
     *
     * @return the open store
     */
    public KarmaStore store() {
        return store;
    }

    /**
     * Returns the tree.
     *
     * @return the tree that is counted in
     */
    public Tree tree() {
        return tree;
    }

    @Override
    public long increment(long key) {
        return tree.increment(key);
    }

    @Override
    public long decrement(long key) {
        return tree.decrement(key);
    }

    @Override
    public long sum(long key) {
        return tree.sum(key);
    }

    @Override
    public void close() {
        store.close();
        directory.close();
    }
}
