package io.karmadb.server.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes rows as lines, through a buffer of its own. For one thread. */
abstract class RowWriter {
    private static final int BUFFER_BYTES = 64 * 1024;

    /** The most that the numbers of a line and what stands between them take. */
    private static final int NUMBERS_BYTES_MAX = 128;

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int filled;
    private String tree;
    private byte[] start = {};

    RowWriter(OutputStream out) {
        this.out = out;
    }

    /** Returns a line up to its key. */
    abstract byte[] startOf(String treeName);

    /** Writes the rest of a line with {@link #put}. */
    abstract void rest(long key, int day, long count);

    final void write(String treeName, long key, int day, long count) throws IOException {
        if (!treeName.equals(tree)) {
            tree = treeName;
            start = startOf(treeName);
        }
        bytes(start);
        if (buffer.length - filled < NUMBERS_BYTES_MAX) {
            flushBuffer();
        }
        rest(key, day, count);
    }

    /** Writes bytes of any length. */
    final void bytes(byte[] bytes) throws IOException {
        if (bytes.length > buffer.length - filled) {
            flushBuffer();
        }
        if (bytes.length > buffer.length) {
            out.write(bytes);
        } else {
            System.arraycopy(bytes, 0, buffer, filled, bytes.length);
            filled += bytes.length;
        }
    }

    /** Puts ASCII into the buffer, which has room. */
    final void put(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            buffer[filled++] = (byte) ascii.charAt(i);
        }
    }

    /** Puts a number into the buffer, which has room. */
    final void put(long unsigned) {
        int digits = 1;
        for (long rest = Long.divideUnsigned(unsigned, 10); rest != 0; rest /= 10) {
            digits++;
        }
        long rest = unsigned;
        for (int i = filled + digits - 1; i >= filled; i--) {
            buffer[i] = (byte) ('0' + (int) Long.remainderUnsigned(rest, 10));
            rest = Long.divideUnsigned(rest, 10);
        }
        filled += digits;
    }

    private void flushBuffer() throws IOException {
        out.write(buffer, 0, filled);
        filled = 0;
    }

    final void flush() throws IOException {
        flushBuffer();
        out.flush();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
