package io.karmadb.server.transfer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads lines of CSV: four fields, any of which may stand in quotes. */
final class CsvParser implements RowParser {
    static final String HEADER = Fields.TREE + "," + Fields.KEY + "," + Fields.DAY + "," + Fields.COUNT;

    private static final int FIELDS = 4;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /** The fields one after the other, without quotes. */
    private byte[] text = new byte[256];

    private final int[] ends = new int[FIELDS];
    private byte[] treeBytes = {};
    private String tree;

    /** Says whether a line is the header; one that stands before it in files of some programs is passed over. */
    static boolean isHeader(byte[] array, int start, int length) {
        int from = start;
        if (length >= BYTE_ORDER_MARK.length
                && Arrays.equals(
                        array, start, start + BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)) {
            from += BYTE_ORDER_MARK.length;
        }
        return new String(array, from, start + length - from, StandardCharsets.UTF_8)
                .replace("\"", "")
                .equals(HEADER);
    }

    @Override
    public void parse(byte[] array, int start, int length, Row into) throws BadRowException {
        split(array, start, start + length);
        if (tree == null || !Arrays.equals(text, 0, ends[0], treeBytes, 0, treeBytes.length)) {
            tree = Fields.tree(text, 0, ends[0]);
            treeBytes = Arrays.copyOf(text, ends[0]);
        }
        into.tree = tree;
        into.key = Fields.number(Fields.KEY, text, ends[0], ends[1] - ends[0]);
        into.day = Fields.day(text, ends[1], ends[2] - ends[1]);
        into.count = Fields.number(Fields.COUNT, text, ends[2], ends[3] - ends[2]);
    }

    private void split(byte[] array, int start, int end) throws BadRowException {
        if (text.length < end - start) {
            text = new byte[2 * (end - start)];
        }
        int fields = 0;
        int written = 0;
        int at = start;
        while (true) {
            boolean quoted = at < end && array[at] == '"';
            if (quoted) {
                at++;
                while (at < end && (array[at] != '"' || at + 1 < end && array[at + 1] == '"')) {
                    at += array[at] == '"' ? 2 : 1;
                    text[written++] = array[at - 1];
                }
                if (at == end) {
                    throw new BadRowException("a quote is not closed");
                }
                at++;
                if (at < end && array[at] != ',') {
                    throw new BadRowException("a closing quote must be followed by a comma or the end of the line");
                }
            } else {
                while (at < end && array[at] != ',') {
                    if (array[at] == '"') {
                        throw new BadRowException("a field with a quote in it must stand in quotes, the quote doubled");
                    }
                    text[written++] = array[at++];
                }
            }
            if (fields < FIELDS) {
                ends[fields] = written;
            }
            fields++;
            if (at == end) {
                break;
            }
            at++;
        }
        if (fields != FIELDS) {
            throw new BadRowException("it must have the 4 fields " + HEADER + ", not " + fields);
        }
    }
}
