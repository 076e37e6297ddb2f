package io.karmadb.engine;

/** The commands on a tree's counters. */
enum TreeCommand {
    INCREMENT,
    DECREMENT,
    SET,
    DELETE,
    RESET,
    DELETE_ALL,
    RESET_ALL,
    TOTAL,
    SUM,
    FIND;

    boolean reads() {
        return compareTo(TOTAL) >= 0;
    }
}
