package io.karmadb.simulation;

/** How an operation goes wrong. */
enum Fault {
    /** An input/output error; nothing was done. */
    ERROR_BEFORE,
    /** An input/output error, though it was done; of a write or force, some of it. */
    ERROR_AFTER,
    /** No space is left; of a write, some was done. */
    NO_SPACE,
    /** No error: a read or write that does less than it was asked for. */
    SHORT
}
