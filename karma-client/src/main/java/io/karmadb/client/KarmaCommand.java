package io.karmadb.client;

import java.util.Locale;

/** The commands of the protocol. */
public enum KarmaCommand {
    /** Asks for a sign of life. */
    PING(Kind.READ),
    /** Creates a tree. */
    CREATE(Kind.WRITE),
    /** Drops a tree. */
    DROP(Kind.WRITE),
    /** Lists the trees. */
    TREES(Kind.READ),
    /** Adds 1 to today's bucket of a key. */
    INCREMENT(Kind.WRITE),
    /** Takes 1 from today's bucket of a key. */
    DECREMENT(Kind.WRITE),
    /** Sums the buckets of a key. */
    SUM(Kind.READ),
    /** Lists the buckets of a key or of all keys. */
    FIND(Kind.READ),
    /** Removes buckets of a key or of all keys. */
    DELETE(Kind.WRITE),
    /** Removes all buckets of a key or of all keys. */
    RESET(Kind.WRITE),
    /** Writes a snapshot of one tree. */
    DUMP(Kind.MAINTENANCE),
    /** Writes a snapshot of every tree, and deletes the log that is no longer needed. */
    DUMP_ALL(Kind.MAINTENANCE),
    /** Lists the snapshot files. */
    DUMPS(Kind.READ),
    /** Replaces a tree by what a snapshot file holds. */
    LOAD(Kind.MAINTENANCE),
    /** Says whether the server takes writes. */
    HEALTH(Kind.READ),
    /** Tells figures. */
    STATS(Kind.READ),
    /** Tells figures as Prometheus text. */
    METRICS(Kind.READ),
    /** Compares the disk with memory. */
    VERIFY(Kind.MAINTENANCE);

    private enum Kind {
        READ,
        WRITE,
        MAINTENANCE
    }

    private final String text = name().toLowerCase(Locale.ROOT);
    private final Kind kind;

    KarmaCommand(Kind kind) {
        this.kind = kind;
    }

    /**
     * Returns the command's name.
     *
     * @return as requests spell it
     */
    public String text() {
        return text;
    }

    /**
     * Says whether the command only reads, so that it may be sent again.
     *
     * @return false for one that changes counters, trees or files, or that is too much work to be repeated unasked
     */
    public boolean isRead() {
        return kind == Kind.READ;
    }

    /**
     * Says whether the command may take minutes. It then goes through a connection of its own, so that nothing waits
     * behind it.
     *
     * @return true for {@code dump}, {@code dump_all}, {@code load} and {@code verify}
     */
    public boolean isMaintenance() {
        return kind == Kind.MAINTENANCE;
    }

    /** Says whether the command changes counters or trees. */
    boolean isWrite() {
        return kind == Kind.WRITE || this == LOAD;
    }
}
