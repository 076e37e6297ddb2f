package io.karmadb.server.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * Splits a file into records, shown in place in its buffer: lines, or lines of CSV, where a line feed in quotes belongs to
 * a field. Of a record that is longer than any can be nothing is shown but that. Not safe for several threads at once.
 */
final class RecordReader implements Closeable {
    /** The longest tree name, each byte of it escaped to six, leaves room for the other fields. */
    static final int RECORD_BYTES_MAX = 512 * 1024;

    private static final int BUFFER_BYTES = 64 * 1024;

    private enum State {
        FIELD_START,
        PLAIN,
        QUOTED,
        QUOTE_IN_QUOTED
    }

    private final InputStream in;
    private final boolean csv;
    private byte[] buffer = new byte[BUFFER_BYTES];

    /** Where in the file the buffer starts. */
    private long bufferOffset;

    private int filled;
    private int start;
    private int length;
    private int next;
    private long line;
    private long nextLine;
    private boolean tooLong;

    /**
     * Begins to read.
     *
     * @param in the file from an offset on; closed with this
     * @param csv whether quotes keep line feeds from ending a record
     * @param offset where in the file {@code in} stands
     * @param line the number of the line that begins there
     */
    RecordReader(InputStream in, boolean csv, long offset, long line) {
        this.in = in;
        this.csv = csv;
        bufferOffset = offset;
        nextLine = line;
    }

    /**
     * Goes to the next record.
     *
     * @return whether there is one
     */
    boolean next() throws IOException {
        start = next;
        line = nextLine;
        tooLong = false;
        State state = State.FIELD_START;
        int at = start;
        while (true) {
            for (; at < filled; at++) {
                byte b = buffer[at];
                if (b == '\n') {
                    nextLine++;
                    if (state != State.QUOTED || tooLong || at - start > RECORD_BYTES_MAX) {
                        show(at);
                        next = at + 1;
                        return true;
                    }
                } else if (csv) {
                    state = after(state, b);
                }
            }
            if (at - start > RECORD_BYTES_MAX) { // what is dropped of it is not shown
                tooLong = true;
            }
            if (tooLong) {
                bufferOffset += filled;
                filled = 0;
                start = 0;
                at = 0;
            }
            int before = start;
            if (!fill()) {
                if (at == start && !tooLong) {
                    return false;
                }
                show(at);
                next = at;
                return true;
            }
            at -= before - start;
        }
    }

    private static State after(State state, byte b) {
        return switch (state) {
            case FIELD_START -> b == '"' ? State.QUOTED : b == ',' ? State.FIELD_START : State.PLAIN;
            case PLAIN -> b == ',' ? State.FIELD_START : State.PLAIN;
            case QUOTED -> b == '"' ? State.QUOTE_IN_QUOTED : State.QUOTED;
            case QUOTE_IN_QUOTED -> b == '"' ? State.QUOTED : b == ',' ? State.FIELD_START : State.PLAIN;
        };
    }

    private void show(int end) {
        tooLong |= end - start > RECORD_BYTES_MAX;
        length = end > start && buffer[end - 1] == '\r' ? end - 1 - start : end - start;
    }

    /** Reads on, making room first; what has been passed is dropped. */
    private boolean fill() throws IOException {
        if (filled == buffer.length) {
            int kept = filled - start;
            byte[] target = kept > buffer.length / 2 ? new byte[2 * buffer.length] : buffer;
            System.arraycopy(buffer, start, target, 0, kept);
            buffer = target;
            bufferOffset += start;
            filled = kept;
            start = 0;
        }
        int read = in.read(buffer, filled, buffer.length - filled);
        if (read <= 0) {
            return false;
        }
        filled += read;
        return true;
    }

    /** Returns what holds the record. */
    byte[] array() {
        return buffer;
    }

    /** Returns where in the array it starts. */
    int start() {
        return start;
    }

    /** Returns its length without the line end; 0 for an empty line. */
    int length() {
        return length;
    }

    /** Says whether the record is too long to be shown. */
    boolean isTooLong() {
        return tooLong;
    }

    /** Returns the number of the line in which it starts, 1 for the first. */
    long line() {
        return line;
    }

    /** Returns the number of the line after it. */
    long nextLine() {
        return nextLine;
    }

    /** Returns where in the file it ends, its line end included. */
    long endOffset() {
        return bufferOffset + next;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
