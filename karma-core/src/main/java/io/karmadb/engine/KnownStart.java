package io.karmadb.engine;

import java.util.Arrays;

/**
 * The start of a line that has been read before, up to the number of its key. Lines of the same command and tree differ
 * from it in three numbers only, and need no parser: nearly all lines of a log are of that kind.
 */
final class KnownStart {
    private static final byte[] KEY = CommandLine.field(CommandLine.KEY);
    private static final byte[] DAY = CommandLine.field(CommandLine.DAY);
    private static final byte[] COUNT = CommandLine.field(CommandLine.COUNT);

    /** A number that one more digit can be added to, as long as that is no more than the last digit of 2^64-1. */
    private static final long TENTH_MAX = Long.divideUnsigned(-1L, 10);

    private static final int LAST_DIGIT_MAX = (int) Long.remainderUnsigned(-1L, 10);

    private final byte[] start;
    final String command;
    final String treeName;

    // What the last line had that was read.
    long key;
    long day;
    long count;

    private byte[] array;
    private int at;
    private int end;
    private boolean same;

    private KnownStart(byte[] start, String command, String treeName) {
        this.start = start;
        this.command = command;
        this.treeName = treeName;
    }

    /**
     * Makes the start of a body that a parser has read, if it can be one.
     *
     * @param command what the parser found
     * @param treeName what the parser found
     * @return null if the body does not end in a key, a day and a count, one after the other
     */
    static KnownStart of(byte[] array, int from, int length, String command, String treeName) {
        int end = from + length;
        for (int at = end - KEY.length; at > from; at--) {
            if (Arrays.equals(array, at, at + KEY.length, KEY, 0, KEY.length)) {
                byte[] start = Arrays.copyOfRange(array, from, at + KEY.length);
                KnownStart known = new KnownStart(start, command, treeName);
                return known.read(array, from, length) ? known : null;
            }
        }
        return null;
    }

    /**
     * Reads a body, if it is the same but for its numbers.
     *
     * @return whether it is; if not, a parser has to say what it is
     */
    boolean read(byte[] from, int bodyStart, int bodyLength) {
        if (bodyLength <= start.length
                || !Arrays.equals(from, bodyStart, bodyStart + start.length, start, 0, start.length)) {
            return false;
        }
        array = from;
        at = bodyStart + start.length;
        end = bodyStart + bodyLength;
        same = true;
        key = number();
        skip(DAY);
        day = number();
        skip(COUNT);
        count = number();
        return same && at == end;
    }

    private void skip(byte[] text) {
        if (end - at < text.length || !Arrays.equals(array, at, at + text.length, text, 0, text.length)) {
            same = false;
        } else {
            at += text.length;
        }
    }

    /** Reads an unsigned number as it is written here: without zeros before it. Others are left to the parser. */
    private long number() {
        int first = at;
        long value = 0;
        for (; at < end && array[at] >= '0' && array[at] <= '9'; at++) {
            int digit = array[at] - '0';
            if (Long.compareUnsigned(value, TENTH_MAX) > 0 || value == TENTH_MAX && digit > LAST_DIGIT_MAX) {
                same = false;
            }
            value = value * 10 + digit;
        }
        if (at == first || array[first] == '0' && at > first + 1) {
            same = false;
        }
        return value;
    }
}
