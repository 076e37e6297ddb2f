package io.karmadb.wal;

import static io.karmadb.wal.LineFormat.EIGHT;

import java.util.Arrays;

/**
 * What the bodies of many lines have in common: pieces of text, each followed by an unsigned number, or a single piece
 * that is a whole body. Made once, so that writing a line copies and does not put together. Safe for any number of
 * threads.
 */
public final class LineTemplate {
    /** The most numbers that a body can have. */
    public static final int NUMBERS_MAX = 3;

    /** So much room a short line takes, too, so that there is a bound on their number. */
    static final int ROOM_BYTES_MIN = 128;

    private static final int NUMBER_DIGITS_MAX = 20;

    /** Each filled up to whole words: a loop over few words is faster than copying an array of odd length. */
    private final long[][] pieces;

    private final int[] lengths;
    private final int numbers;
    private final int roomBytes;

    private LineTemplate(int numbers, byte[]... pieces) {
        this.numbers = numbers;
        this.pieces = new long[pieces.length][];
        lengths = new int[pieces.length];
        int bytes = 0;
        for (int i = 0; i < pieces.length; i++) {
            lengths[i] = pieces[i].length;
            bytes += lengths[i];
            int words = (lengths[i] + Long.BYTES - 1) / Long.BYTES;
            byte[] filled = Arrays.copyOf(pieces[i], words * Long.BYTES);
            this.pieces[i] = new long[words];
            for (int w = 0; w < words; w++) {
                this.pieces[i][w] = (long) EIGHT.get(filled, w * Long.BYTES);
            }
        }
        bytes += numbers * NUMBER_DIGITS_MAX;
        roomBytes = Math.max(bytes + LineFormat.UNSYNCED_FRAME_BYTES_MAX, ROOM_BYTES_MIN);
        if (bytes < 1 || bytes > LineFormat.BODY_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "no such body: bodyBytes=" + bytes + ", bodyBytesMax=" + LineFormat.BODY_BYTES_MAX);
        }
    }

    /**
     * Returns the template of a single body.
     *
     * @param body the fields of a JSON object, without a line feed: a line continues with them after the LSN and a comma
     * @return its template
     * @throws IllegalArgumentException if it is empty or longer than {@link WriteAheadLog#bodyBytesMax}
     */
    public static LineTemplate of(byte[] body) {
        return new LineTemplate(0, body);
    }

    /**
     * Returns the template of bodies with numbers.
     *
     * @param pieces one to three, each of which a number follows; no line feed in them
     * @return their template
     * @throws IllegalArgumentException if a body could be longer than {@link WriteAheadLog#bodyBytesMax}, or there are
     *     too many pieces
     */
    public static LineTemplate withNumbers(byte[]... pieces) {
        if (pieces.length < 1 || pieces.length > NUMBERS_MAX) {
            throw new IllegalArgumentException("one to three numbers: pieces=" + pieces.length);
        }
        return new LineTemplate(pieces.length, pieces);
    }

    /**
     * Returns how much room a line takes that waits to be written: as much as it can be long, without {@code synced}, which at
     * most two lines of a buffer have, so that the ballast has a line to spare for them; and {@link #ROOM_BYTES_MIN} at least.
     */
    int roomBytes() {
        return roomBytes;
    }

    /**
     * Writes a body. Needless numbers are passed over.
     *
     * @param into has room for the longest body and a trailer, which may be overwritten
     * @return where it ends
     */
    int put(byte[] into, int at, long first, long second, long third) {
        int end = putPiece(into, at, 0);
        if (numbers > 0) {
            end = Decimal.put(into, end, first);
        }
        if (numbers > 1) {
            end = Decimal.put(into, putPiece(into, end, 1), second);
        }
        if (numbers > 2) {
            end = Decimal.put(into, putPiece(into, end, 2), third);
        }
        return end;
    }

    private int putPiece(byte[] into, int at, int index) {
        long[] words = pieces[index];
        for (int i = 0; i < words.length; i++) {
            EIGHT.set(into, at + i * Long.BYTES, words[i]);
        }
        return at + lengths[index];
    }
}
