package io.karmadb;

/** What an acknowledged write survives. A write is acknowledged when its method returns. */
public enum Durability {
    /** Power loss: the write-ahead log has been forced to the device. One force serves everyone who waits. */
    FSYNC,

    /**
     * The process being killed: the log has been handed to the operating system. It is forced about once a second
     * besides, so a power loss costs about the last second.
     */
    WRITE,

    /** A clean close. The log is written a few milliseconds later; a crash of the process loses those. */
    BUFFERED,

    /** Nothing, until a snapshot or checkpoint: there is no log. */
    NONE
}
