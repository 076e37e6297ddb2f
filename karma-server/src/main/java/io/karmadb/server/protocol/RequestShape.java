package io.karmadb.server.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What request lines that one program writes have in common: fixed text, and between it the values that change, numbers
 * and the text of names. Learnt from a line that the JSON parser has accepted, then used to read lines like it without
 * the parser. For one thread at a time.
 *
 * <p><b>Why a line that fits is a request:</b> it differs from one in nothing but values, and each of these is of the same
 * kind: an unsigned 64-bit number as JSON writes it, or printable ASCII without quotes and backslashes, which stands for
 * itself. What is in doubt does not fit, and is left to the parser. Of tokens nothing is kept.
 */
final class RequestShape {
    /** The longest line that is learnt or read: what longer ones need is not the time that their parsing takes. */
    private static final int LINE_BYTES_MAX = 512;

    private static final long TENTH_OF_MAX = Long.divideUnsigned(-1L, 10);
    private static final int LAST_DIGIT_OF_MAX = (int) Long.remainderUnsigned(-1L, 10);
    private static final int DIGITS_MAX = 20;

    /** A field of the protocol, whose value is part of the fixed text for the command only. */
    private enum Field {
        COMMAND("command"),
        TREE("tree_name"),
        TOKEN("token"),
        KEY("key"),
        FROM("time_from"),
        TO("time_to"),
        DAY("day"),
        COUNT("count");

        private static final Field[] ALL = values();

        private final byte[] name;

        Field(String name) {
            this.name = name.getBytes(StandardCharsets.US_ASCII);
        }

        static Field of(byte[] line, int from, int to) {
            for (Field field : ALL) {
                if (Arrays.equals(line, from, to, field.name, 0, field.name.length)) {
                    return field;
                }
            }
            return null;
        }

        boolean isText() {
            return this == COMMAND || this == TREE || this == TOKEN;
        }
    }

    /** The fixed text, its pieces behind each other; a value follows each piece but the last. */
    private final byte[] text = new byte[LINE_BYTES_MAX];

    private final int[] pieceEnds = new int[Field.ALL.length];
    private final Field[] fields = new Field[Field.ALL.length];
    private int values;
    private Command command;

    /** How far the line that is being read has been understood. */
    private int position;

    /** The number that was read last. */
    private long number;

    /**
     * Reads a line, if it is like the one that was learnt.
     *
     * @param request receives the fields; undefined if the line is not
     * @return whether it is; false if nothing was learnt
     */
    boolean read(byte[] line, int length, Request request) {
        if (command == null || length > LINE_BYTES_MAX) {
            return false;
        }
        position = 0;
        int from = 0;
        for (int i = 0; passPiece(line, length, from, pieceEnds[i]); i++) {
            if (i == 0) {
                request.clear();
            }
            if (i == values) {
                request.setCommand(command);
                return position == length;
            }
            if (!readValue(line, length, fields[i], request)) {
                return false;
            }
            from = pieceEnds[i];
        }
        return false;
    }

    private boolean passPiece(byte[] line, int length, int from, int to) {
        int end = position + to - from;
        if (end > length || !Arrays.equals(line, position, end, text, from, to)) {
            return false;
        }
        position = end;
        return true;
    }

    private boolean readValue(byte[] line, int length, Field field, Request request) {
        int start = position;
        if (field.isText()) {
            position = textEnd(line, start, length);
            if (field == Field.TREE) {
                request.setTree(line, start, position);
            } else {
                request.setToken(line, start, position);
            }
            return true;
        }
        if (!readNumber(line, length)) {
            return false;
        }
        switch (field) {
            case KEY -> request.setKey(true, number);
            case FROM -> request.setFrom(true, number);
            case TO -> request.setTo(true, number);
            case DAY -> request.setDay(Request.Number.U64, number);
            default -> request.setCount(Request.Number.U64, number);
        }
        return true;
    }

    /** Returns where text ends that stands for itself: at its quote, unless the line is unusual. */
    private static int textEnd(byte[] line, int from, int length) {
        int end = from;
        while (end < length && line[end] >= ' ' && line[end] != '"' && line[end] != '\\') {
            end++;
        }
        return end;
    }

    private boolean readNumber(byte[] line, int length) {
        int start = position;
        int end = Math.min(length, start + DIGITS_MAX);
        long value = 0;
        int at = start;
        for (; at < end; at++) {
            int digit = line[at] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            if (at == start + DIGITS_MAX - 1 && !hasRoom(value, digit)) {
                return false;
            }
            value = value * 10 + digit;
        }
        position = at;
        number = value;
        return at > start && (line[start] != '0' || at == start + 1);
    }

    private static boolean hasRoom(long value, int digit) {
        int order = Long.compareUnsigned(value, TENTH_OF_MAX);
        return order < 0 || order == 0 && digit <= LAST_DIGIT_OF_MAX;
    }

    /**
     * Learns a line in place of the one before, if it is one of the usual: fields of the protocol, each once, whose values
     * are unsigned numbers or text that stands for itself.
     *
     * @param line a request, by the verdict of the JSON parser
     * @param itsCommand the command in it
     * @return whether it is; if not, no line fits from now on
     */
    boolean learn(byte[] line, int length, Command itsCommand) {
        command = null;
        values = 0;
        if (length > LINE_BYTES_MAX) {
            return false;
        }
        int textLength = 0;
        int copied = 0;
        int seen = 0;
        int at = skipSpace(line, 0);
        do {
            int name = skipSpace(line, at + 1) + 1;
            int nameEnd = textEnd(line, name, length);
            Field field = line[nameEnd] == '"' ? Field.of(line, name, nameEnd) : null;
            if (field == null || (seen & 1 << field.ordinal()) != 0) {
                return false;
            }
            seen |= 1 << field.ordinal();
            int colon = skipSpace(line, nameEnd + 1);
            int value = skipSpace(line, colon + 1) + (field.isText() ? 1 : 0);
            position = value;
            boolean usual = field.isText() ? line[value - 1] == '"' : readNumber(line, length);
            int end = field.isText() ? textEnd(line, value, length) : position;
            if (!usual || field.isText() && line[end] != '"') {
                return false;
            }
            if (field != Field.COMMAND) {
                System.arraycopy(line, copied, text, textLength, value - copied);
                textLength += value - copied;
                copied = end;
                pieceEnds[values] = textLength;
                fields[values++] = field;
            }
            at = skipSpace(line, field.isText() ? end + 1 : end);
        } while (line[at] == ',');
        if (line[at] != '}') {
            return false; // a fraction or an exponent; what follows has not been looked at and may hold a token
        }
        System.arraycopy(line, copied, text, textLength, length - copied);
        pieceEnds[values] = textLength + length - copied;
        command = itsCommand;
        return true;
    }

    private static int skipSpace(byte[] line, int from) {
        int at = from;
        while (line[at] == ' ' || line[at] == '\t' || line[at] == '\r') {
            at++;
        }
        return at;
    }
}
