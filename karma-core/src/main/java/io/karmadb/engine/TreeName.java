package io.karmadb.engine;

import io.karmadb.KarmaStore;
import java.nio.charset.StandardCharsets;

/** What a tree can be called. */
final class TreeName {
    private TreeName() {}

    /**
     * Checks a name.
     *
     * @param name any text
     * @return the name
     * @throws IllegalArgumentException if it is empty, too long, or not text that UTF-8 can hold
     */
    static String require(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a tree's name is not empty");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new IllegalArgumentException("a tree's name holds no lone surrogates: length=" + name.length());
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > KarmaStore.TREE_NAME_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a tree's name is too long: bytes=" + bytes + ", most=" + KarmaStore.TREE_NAME_BYTES_MAX);
        }
        return name;
    }
}
