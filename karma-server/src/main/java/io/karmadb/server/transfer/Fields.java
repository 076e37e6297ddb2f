package io.karmadb.server.transfer;

import io.karmadb.Day;
import io.karmadb.KarmaStore;
import io.karmadb.server.terminal.Printable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The values of a row as text, and what they may be. */
final class Fields {
    static final String TREE = "tree";
    static final String KEY = "key";
    static final String DAY = "day";
    static final String COUNT = "count";

    private static final int SHOWN_MAX = 40;

    private Fields() {}

    /** Decodes a tree's name. */
    static String tree(byte[] array, int start, int length) throws BadRowException {
        try {
            return requireName(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(array, start, length))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new BadRowException("it is not valid UTF-8");
        }
    }

    /** Checks that a text can be a tree's name. */
    static String requireName(String name) throws BadRowException {
        if (name.isEmpty()) {
            throw new BadRowException("tree must not be empty");
        }
        int bytes = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == name.length()
                        || !Character.isLowSurrogate(name.charAt(i + 1))) {
                    throw new BadRowException("tree has half a surrogate pair, which is no text");
                }
                bytes += 4;
                i++;
            } else {
                bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            }
        }
        if (bytes > KarmaStore.TREE_NAME_BYTES_MAX) {
            throw new BadRowException("tree must have at most " + KarmaStore.TREE_NAME_BYTES_MAX + " bytes");
        }
        return name;
    }

    /** Reads an unsigned number of nothing but digits. */
    static long number(String field, byte[] text, int start, int length) throws BadRowException {
        long value = 0;
        boolean good = length > 0;
        for (int i = start; good && i < start + length; i++) {
            int digit = text[i] - '0';
            long tenfold = value * 10;
            good = digit >= 0
                    && digit <= 9
                    && Long.compareUnsigned(value, Long.divideUnsigned(-1L, 10)) <= 0
                    && Long.compareUnsigned(tenfold + digit, tenfold) >= 0;
            value = tenfold + digit;
        }
        if (!good) {
            throw new BadRowException(field + " must be an integer from 0 to 18446744073709551615, not "
                    + shown(new String(text, start, length, StandardCharsets.UTF_8)));
        }
        return value;
    }

    static int day(byte[] text, int start, int length) throws BadRowException {
        int day = 0;
        boolean good = length == 8;
        for (int i = start; good && i < start + length; i++) {
            int digit = text[i] - '0';
            good = digit >= 0 && digit <= 9;
            day = day * 10 + digit;
        }
        if (!good || !Day.isValid(day)) {
            throw new BadRowException("day must be a day of the calendar as YYYYMMDD, not "
                    + shown(new String(text, start, length, StandardCharsets.UTF_8)));
        }
        return day;
    }

    /** Returns a text in quotes, cut if it is long, without what a terminal could take for a command. */
    static String shown(String text) {
        boolean cut = text.length() > SHOWN_MAX;
        return '"' + Printable.of(cut ? text.substring(0, SHOWN_MAX) : text) + (cut ? "\"..." : "\"");
    }
}
