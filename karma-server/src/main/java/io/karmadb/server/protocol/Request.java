package io.karmadb.server.protocol;

import io.karmadb.Day;
import io.karmadb.DayRange;
import io.karmadb.KarmaStore;
import java.util.Arrays;

/**
 * The fields of one request line. Made once and filled again for every line; for one thread at a time.
 *
 * <p>Text is kept as characters, so that filling allocates nothing but for longer text than before.
 */
public final class Request {
    private static final String TREE_REQUIRED = "Field tree_name is required";
    private static final String KEY_REQUIRED = "Field key is required";
    private static final String DAY_REQUIRED = "Field day is required";
    private static final String DAY_WRONG = "Field day must be a day of the calendar as an integer YYYYMMDD";
    private static final String COUNT_REQUIRED = "Field count is required";
    private static final String COUNT_WRONG = "Field count must be an integer from 0 to 18446744073709551615";
    private static final String RANGE_REQUIRED = "Fields time_from and time_to are required together";
    private static final String RANGE_ORDER = "Field time_from must be less than or equal to time_to";
    private static final String TREE_TOO_LONG =
            "Field tree_name must have at most " + KarmaStore.TREE_NAME_BYTES_MAX + " bytes";

    /** What a field is that must be an integer from 0 to 2^64-1 for one command, and is ignored by the others. */
    enum Number {
        NONE,
        U64,
        WRONG
    }

    private boolean commandSeen;
    private Command command;
    private String unknownCommand;
    private char[] tree = new char[64];
    private int treeLength;
    private char[] token = new char[64];
    private int tokenLength;
    private boolean hasKey;
    private long key;
    private boolean hasFrom;
    private long from;
    private boolean hasTo;
    private long to;
    private DayRange range = DayRange.ALL;
    private Number dayForm = Number.NONE;
    private long day;
    private Number countForm = Number.NONE;
    private long count;

    /** Makes an empty request. */
    public Request() {
        clear();
    }

    void clear() {
        commandSeen = false;
        command = null;
        unknownCommand = null;
        treeLength = -1;
        tokenLength = -1;
        hasKey = false;
        hasFrom = false;
        hasTo = false;
        dayForm = Number.NONE;
        countForm = Number.NONE;
    }

    /**
     * Returns the command.
     *
     * @return null for one that does not exist, see {@link #unknownCommand}
     */
    public Command command() {
        return command;
    }

    /**
     * Returns the name of a command that does not exist.
     *
     * @return the name, or null
     */
    public String unknownCommand() {
        return unknownCommand;
    }

    /**
     * Returns the characters of the tree's name, the first {@link #treeLength()} of them.
     *
     * @return the request's own array
     */
    public char[] tree() {
        return tree;
    }

    /**
     * Returns the length of the tree's name.
     *
     * @return a number of characters, -1 without one
     */
    public int treeLength() {
        return treeLength;
    }

    /**
     * Returns the tree's name.
     *
     * @return a new string
     */
    public String treeName() {
        return new String(tree, 0, treeLength);
    }

    /**
     * Says whether there is a key.
     *
     * @return false without one, or if it is {@code null}
     */
    public boolean hasKey() {
        return hasKey;
    }

    /**
     * Returns the key.
     *
     * @return unsigned; meaningless without one
     */
    public long key() {
        return key;
    }

    /**
     * Says whether there is a range that matters to the command.
     *
     * @return whether both ends are there
     */
    public boolean hasRange() {
        return hasFrom && hasTo && command.range() != Command.Range.IGNORED;
    }

    /**
     * Returns the range. The protocol's ends are any 64-bit numbers: those above every day are moved down to a number
     * that still is above every day.
     *
     * @return the days; meaningless unless {@link #hasRange()} and valid
     */
    public DayRange range() {
        int first = clamp(from);
        int last = clamp(to);
        if (range.first() != first || range.last() != last) {
            range = new DayRange(first, last);
        }
        return range;
    }

    private static int clamp(long end) {
        return Long.compareUnsigned(end, Integer.MAX_VALUE) > 0 ? Integer.MAX_VALUE : (int) end;
    }

    /**
     * Returns the day.
     *
     * @return {@code YYYYMMDD}; meaningless unless the command needs one and the request is valid
     */
    public int day() {
        return (int) day;
    }

    /**
     * Returns the count.
     *
     * @return unsigned; meaningless unless the command needs one and the request is valid
     */
    public long count() {
        return count;
    }

    /**
     * Says what is wrong with the fields that the command needs, in the protocol's order: tree, key, day, count, range.
     *
     * @return the message of a {@link ErrorCode#VALIDATION_ERROR}, or null
     */
    public String validate() {
        if (command.needsTree()) {
            if (treeLength <= 0) {
                return TREE_REQUIRED;
            }
            if (treeLength > KarmaStore.TREE_NAME_BYTES_MAX / 3
                    && Utf8.length(tree, treeLength) > KarmaStore.TREE_NAME_BYTES_MAX) {
                return TREE_TOO_LONG;
            }
        }
        if (command.needsKey() && !hasKey) {
            return KEY_REQUIRED;
        }
        if (command.needsDayAndCount()) {
            return validateDayAndCount();
        }
        Command.Range needed = command.range();
        if (needed == Command.Range.IGNORED || needed == Command.Range.OPTIONAL && !hasFrom && !hasTo) {
            return null;
        }
        if (!hasFrom || !hasTo) {
            return RANGE_REQUIRED;
        }
        return Long.compareUnsigned(from, to) > 0 ? RANGE_ORDER : null;
    }

    private String validateDayAndCount() {
        if (dayForm == Number.NONE) {
            return DAY_REQUIRED;
        }
        if (dayForm == Number.WRONG || day < 0 || day > Day.MAX || !Day.isValid((int) day)) {
            return DAY_WRONG;
        }
        return countForm == Number.NONE ? COUNT_REQUIRED : countForm == Number.WRONG ? COUNT_WRONG : null;
    }

    /**
     * Encodes the token as UTF-8.
     *
     * @param buffer where to, if it is large enough
     * @return {@code buffer} or a larger array, its first {@link #tokenBytes} bytes set; null without a token
     */
    public byte[] encodeToken(byte[] buffer) {
        if (tokenLength < 0) {
            return null;
        }
        int bytes = tokenBytes();
        byte[] encoded = buffer.length < bytes ? new byte[bytes] : buffer;
        Utf8.encode(token, tokenLength, encoded);
        return encoded;
    }

    /**
     * Returns the length of the token.
     *
     * @return bytes of UTF-8
     */
    public int tokenBytes() {
        return Utf8.length(token, tokenLength);
    }

    boolean commandSeen() {
        return commandSeen;
    }

    void setCommand(Command known) {
        commandSeen = true;
        command = known;
        unknownCommand = null;
    }

    void setCommand(char[] text, int offset, int length) {
        commandSeen = true;
        command = Command.of(text, offset, length);
        unknownCommand = command == null ? new String(text, offset, length) : null;
    }

    void setTree(char[] text, int offset, int length) {
        tree = copy(text, offset, length, tree);
        treeLength = length;
    }

    /** As {@link #setTree(char[], int, int)}, from ASCII. */
    void setTree(byte[] ascii, int from, int to) {
        tree = widen(ascii, from, to, tree);
        treeLength = to - from;
    }

    void clearTree() {
        treeLength = -1;
    }

    void setToken(char[] text, int offset, int length) {
        token = copy(text, offset, length, token);
        tokenLength = length;
    }

    /** As {@link #setToken(char[], int, int)}, from ASCII. */
    void setToken(byte[] ascii, int from, int to) {
        token = widen(ascii, from, to, token);
        tokenLength = to - from;
    }

    void clearToken() {
        tokenLength = -1;
    }

    private static char[] copy(char[] text, int offset, int length, char[] to) {
        char[] target = to.length < length ? Arrays.copyOf(to, Math.max(length, to.length * 2)) : to;
        System.arraycopy(text, offset, target, 0, length);
        return target;
    }

    private static char[] widen(byte[] ascii, int from, int to, char[] old) {
        int length = to - from;
        char[] target = old.length < length ? new char[Math.max(length, old.length * 2)] : old;
        for (int i = 0; i < length; i++) {
            target[i] = (char) ascii[from + i];
        }
        return target;
    }

    void setKey(boolean present, long value) {
        hasKey = present;
        key = value;
    }

    void setDay(Number form, long value) {
        dayForm = form;
        day = value;
    }

    void setCount(Number form, long value) {
        countForm = form;
        count = value;
    }

    void setFrom(boolean present, long value) {
        hasFrom = present;
        from = value;
    }

    void setTo(boolean present, long value) {
        hasTo = present;
        to = value;
    }
}
