package io.karmadb.server.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a load can consist of. */
enum Operation {
    INCREMENT,
    DECREMENT,
    /** The total of a key. */
    SUM,
    /** The sum of a key over the last 30 days. */
    SUM_RANGE,
    /** The buckets of a key in the last 30 days. */
    FIND,
    /** The buckets of all keys on all days. */
    FIND_TREE,
    PING;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** Returns the name on the command line and in reports. */
    String text() {
        return text;
    }

    boolean hasKey() {
        return this != FIND_TREE && this != PING;
    }

    /** Returns the operation of that name, or null. */
    static Operation of(String text) {
        for (Operation operation : values()) {
            if (operation.text.equals(text)) {
                return operation;
            }
        }
        return null;
    }

    static String names() {
        return Arrays.stream(values()).map(Operation::text).collect(Collectors.joining(", "));
    }
}
