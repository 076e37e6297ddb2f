package io.karmadb.server.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The commands of the protocol, with the fields that each needs. Their names are case sensitive. */
public enum Command {
    /** Answers {@code "pong"}. */
    PING(false, false, Range.IGNORED, false),
    /** Creates a tree. */
    CREATE(true, false, Range.IGNORED, true),
    /** Drops a tree. */
    DROP(true, false, Range.IGNORED, true),
    /** Lists the trees. */
    TREES(false, false, Range.IGNORED, false),
    /** Adds 1 to today's bucket of a key. */
    INCREMENT(true, true, Range.IGNORED, true),
    /** Takes 1 from today's bucket of a key. */
    DECREMENT(true, true, Range.IGNORED, true),
    /** Makes the bucket of a key and a day hold a count. */
    SET(true, true, Range.IGNORED, true),
    /** Sums the buckets of a key. */
    SUM(true, true, Range.OPTIONAL, false),
    /** Lists the buckets of a key or of all keys. */
    FIND(true, false, Range.REQUIRED, false),
    /** Removes buckets of a key or of all keys. */
    DELETE(true, false, Range.REQUIRED, true),
    /** Removes all buckets of a key or of all keys. */
    RESET(true, false, Range.IGNORED, true),
    /** Writes a snapshot of one tree. */
    DUMP(true, false, Range.IGNORED, false),
    /** Makes a checkpoint. */
    DUMP_ALL(false, false, Range.IGNORED, false),
    /** Lists the snapshot files. */
    DUMPS(false, false, Range.IGNORED, false),
    /** Replaces a tree by what a snapshot file holds. */
    LOAD(true, false, Range.IGNORED, true),
    /** Says whether the store takes writes. */
    HEALTH(false, false, Range.IGNORED, false),
    /** Tells figures as JSON. */
    STATS(false, false, Range.IGNORED, false),
    /** Tells figures as Prometheus text. */
    METRICS(false, false, Range.IGNORED, false),
    /** Compares memory with what a restore would give. */
    VERIFY(false, false, Range.IGNORED, false);

    /** What a command does with {@code time_from} and {@code time_to}. */
    enum Range {
        IGNORED,
        OPTIONAL,
        REQUIRED
    }

    private static final Command[][] BY_LENGTH = byLength();

    private final String text = name().toLowerCase(Locale.ROOT);
    private final boolean needsTree;
    private final boolean needsKey;
    private final Range range;
    private final boolean write;

    Command(boolean needsTree, boolean needsKey, Range range, boolean write) {
        this.needsTree = needsTree;
        this.needsKey = needsKey;
        this.range = range;
        this.write = write;
    }

    /**
     * Returns the command's name.
     *
     * @return as requests spell it
     */
    public String text() {
        return text;
    }

    boolean needsTree() {
        return needsTree;
    }

    boolean needsKey() {
        return needsKey;
    }

    Range range() {
        return range;
    }

    boolean needsDayAndCount() {
        return this == SET;
    }

    /**
     * Says whether the command changes counters or trees.
     *
     * @return false for a command that only reads, or that writes files alone
     */
    public boolean isWrite() {
        return write;
    }

    /**
     * Says whether the command changes neither counters nor files.
     *
     * @return true for a command that one who may only read may give
     */
    public boolean isReadOnly() {
        return !write && this != DUMP && this != DUMP_ALL;
    }

    /** Returns the command of that name, or null; allocates nothing. */
    static Command of(char[] name, int offset, int length) {
        if (length >= BY_LENGTH.length) {
            return null;
        }
        for (Command command : BY_LENGTH[length]) {
            if (equals(command.text, name, offset)) {
                return command;
            }
        }
        return null;
    }

    private static boolean equals(String text, char[] name, int offset) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != name[offset + i]) {
                return false;
            }
        }
        return true;
    }

    private static Command[][] byLength() {
        List<List<Command>> lists = new ArrayList<>();
        for (Command command : values()) {
            while (lists.size() <= command.text.length()) {
                lists.add(new ArrayList<>());
            }
            lists.get(command.text.length()).add(command);
        }
        return lists.stream().map(list -> list.toArray(Command[]::new)).toArray(Command[][]::new);
    }
}
