package io.karmadb.simulation;

/** What can be asked of a disk. */
enum Operation {
    CREATE(true),
    WRITE(true),
    TRUNCATE(true),
    FORCE(true),
    RENAME(true),
    DELETE(true),
    LINK(true),
    CREATE_DIRECTORY(true),
    FORCE_DIRECTORY(true),
    LOCK(true),
    OPEN(false),
    CLOSE(false),
    READ(false),
    LIST(false),
    SIZE(false),
    LAST_MODIFIED(false),
    USABLE_BYTES(false);

    private final boolean changes;

    Operation(boolean changes) {
        this.changes = changes;
    }

    /** Says whether it can change what a crash leaves behind. */
    boolean changes() {
        return changes;
    }
}
