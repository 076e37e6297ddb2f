package io.karmadb.server.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;

/**
 * The bytes that a connection has received and not yet used, cut into lines. A byte is looked at once, however small the
 * pieces in which a line arrives. For the connection's event loop only.
 */
final class LineBuffer {
    /** There is no whole line. */
    static final int NONE = -1;

    /** The line is longer than allowed. */
    static final int TOO_LONG = -2;

    private final int lineBytesMax;
    private ByteBuf bytes;
    private int scanned;

    /** How many bytes have been read ahead. */
    private int ahead;

    LineBuffer(int lineBytesMax) {
        this.lineBytesMax = lineBytesMax;
    }

    /** Takes over received bytes. */
    void add(ByteBufAllocator allocator, ByteBuf received) {
        bytes = bytes == null ? received : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, bytes, received);
    }

    boolean isEmpty() {
        return bytes == null;
    }

    int size() {
        return bytes == null ? 0 : bytes.readableBytes();
    }

    /**
     * Looks for the next line that has not been read ahead.
     *
     * @param inputEnded whether no more bytes come, so that what is left is a line even without its line end
     * @return the number of bytes to {@link #peek}, its line end included, or {@link #NONE} or {@link #TOO_LONG}
     */
    int next(boolean inputEnded) {
        if (bytes == null) {
            return NONE;
        }
        int readable = bytes.readableBytes() - ahead;
        int start = bytes.readerIndex() + ahead;
        int end = bytes.indexOf(start + scanned, start + readable, (byte) '\n');
        if (end < 0) {
            scanned = readable;
            if (isTooLong(start, readable)) {
                return TOO_LONG;
            }
            return inputEnded && readable > 0 ? readable : NONE;
        }
        return isTooLong(start, end - start) ? TOO_LONG : end - start + 1;
    }

    private boolean isTooLong(int start, int length) {
        return length > lineBytesMax && (length > lineBytesMax + 1 || bytes.getByte(start + length - 1) != '\r');
    }

    /**
     * Reads the line ahead that {@link #next} found.
     *
     * @param length what {@code next} returned
     * @param to receives the bytes; has room for {@code length}
     * @return the line's length without its line end
     */
    int peek(int length, byte[] to) {
        bytes.getBytes(bytes.readerIndex() + ahead, to, 0, length);
        ahead += length;
        scanned = 0;
        int end = length;
        if (end > 0 && to[end - 1] == '\n') {
            end--;
        }
        return end > 0 && to[end - 1] == '\r' ? end - 1 : end;
    }

    /**
     * Takes the first of the lines that have been read ahead.
     *
     * @param length what {@link #next} returned for it
     */
    void consume(int length) {
        bytes.skipBytes(length);
        ahead -= length;
        if (!bytes.isReadable()) {
            release();
        }
    }

    /** Forgets what has been read ahead and not been taken: it comes again. */
    void rewind() {
        ahead = 0;
        scanned = 0;
    }

    /** Moves a small rest out of a large buffer, since it may stay for long. */
    void compact(ByteBufAllocator allocator) {
        if (bytes != null && bytes.capacity() > 256 && bytes.capacity() / 4 > bytes.readableBytes()) {
            ByteBuf small = allocator.ioBuffer(Math.max(64, bytes.readableBytes() * 2));
            small.writeBytes(bytes);
            bytes.release();
            bytes = small;
        }
    }

    void release() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
            scanned = 0;
            ahead = 0;
        }
    }
}
