package io.karmadb.server.network;

import io.karmadb.DeferredTree;
import io.karmadb.KarmaStore;
import java.util.Arrays;

/**
 * Handles of the trees that requests named lately, so that naming one again allocates nothing. A handle stands for a
 * name, hence never goes stale, but may hold memory of a tree that has been dropped: {@link #clear} now and then.
 * Direct-mapped; for one event loop.
 */
final class TreeCache {
    private static final int SLOTS = 256;
    private static final int NAME_LENGTH_MAX = 256;

    private final KarmaStore store;
    private final String[] names = new String[SLOTS];
    private final DeferredTree[] trees = new DeferredTree[SLOTS];

    TreeCache(KarmaStore store) {
        this.store = store;
    }

    /** Returns the tree whose name is the first {@code length} characters. */
    DeferredTree get(char[] name, int length) {
        if (length > NAME_LENGTH_MAX) {
            return store.tree(new String(name, 0, length)).deferred();
        }
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + name[i];
        }
        int slot = (hash ^ hash >>> 8 ^ hash >>> 16) & SLOTS - 1;
        if (!matches(names[slot], name, length)) {
            String text = new String(name, 0, length);
            trees[slot] = store.tree(text).deferred();
            names[slot] = text;
        }
        return trees[slot];
    }

    void clear() {
        Arrays.fill(names, null);
        Arrays.fill(trees, null);
    }

    private static boolean matches(String cached, char[] name, int length) {
        if (cached == null || cached.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (cached.charAt(i) != name[i]) {
                return false;
            }
        }
        return true;
    }
}
