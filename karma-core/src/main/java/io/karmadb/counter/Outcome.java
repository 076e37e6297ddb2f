package io.karmadb.counter;

/** What became of a command on a {@link CounterTree}. */
public enum Outcome {
    /** It was recorded and applied, or read. */
    DONE,
    /** It would have had to wait, and was told not to. Nothing was changed. */
    WOULD_WAIT,
    /** The total would not fit in 64 bits. Nothing was changed. */
    OVERFLOW,
    /** The journal had no room. Nothing was changed. */
    NO_ROOM,
    /** The tree has been closed off: dropped, replaced, or the store closed. Nothing was changed. */
    CLOSED_OFF
}
