package io.karmadb.server.command;

/** What a token allows. */
public enum Access {
    /** Nothing. */
    NONE,
    /** Commands that change neither counters nor files. */
    READ,
    /** Everything. */
    ALL
}
