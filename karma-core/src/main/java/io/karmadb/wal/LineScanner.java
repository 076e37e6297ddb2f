package io.karmadb.wal;

import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Splits a file into lines, which it shows in place in its buffer. The buffer grows with the longest line, to
 * {@link LineFormat#LINE_BYTES_MAX}; of a longer line only the start is shown. The file may grow meanwhile. Not safe for
 * use by several threads at once.
 */
final class LineScanner implements Closeable {
    private static final int BUFFER_BYTES = 128 * 1024;

    /** Bounds the memory outside the heap through which the JDK reads into an array. */
    private static final int CHUNK_BYTES = 256 * 1024;

    private final DiskFile file;
    private final long endOffset;

    private byte[] buffer = new byte[BUFFER_BYTES];

    /** Where in the file the buffer starts, and how much of the buffer is filled. */
    private long bufferOffset;

    private int filled;

    private int start;
    private int length;
    private int next;
    private long number;
    private boolean ended;
    private boolean overlong;

    /**
     * Opens a file.
     *
     * @param offset where to start, in bytes from the start of the file
     * @param endOffset where to end, as if the file did so; {@link Long#MAX_VALUE} for all of it
     */
    LineScanner(Disk disk, Path path, long offset, long endOffset) throws IOException {
        file = disk.open(path, Disk.Mode.READ);
        bufferOffset = offset;
        this.endOffset = endOffset;
    }

    /**
     * Goes to the next line.
     *
     * @return whether there is one
     */
    boolean next() throws IOException {
        start = next;
        overlong = false;
        int searched = start;
        while (true) {
            int lineFeed = indexOfLineFeed(searched);
            if (lineFeed >= 0) {
                return show(lineFeed - start, true, lineFeed + 1);
            }
            searched = filled;
            if (filled - start >= LineFormat.LINE_BYTES_MAX) {
                overlong = true;
                return show(filled - start, false, filled);
            }
            int before = start;
            if (!fill()) {
                return filled > start && show(filled - start, false, filled);
            }
            searched -= before - start;
        }
    }

    private boolean show(int lineLength, boolean hasLineFeed, int nextStart) {
        length = lineLength;
        ended = hasLineFeed;
        next = nextStart;
        number++;
        return true;
    }

    private int indexOfLineFeed(int from) {
        byte[] bytes = buffer;
        for (int i = from; i < filled; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
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
        long at = bufferOffset + filled;
        int wanted = (int) Math.min(Math.min(CHUNK_BYTES, buffer.length - filled), endOffset - at);
        int read = wanted <= 0 ? -1 : file.read(ByteBuffer.wrap(buffer, filled, wanted), at);
        if (read <= 0) {
            return false;
        }
        filled += read;
        return true;
    }

    /** Returns what holds the line. */
    byte[] array() {
        return buffer;
    }

    /** Returns where in the array the line starts. */
    int start() {
        return start;
    }

    /** Returns the line's length without line end. */
    int length() {
        return length;
    }

    /** Returns where in the file the line starts. */
    long offset() {
        return bufferOffset + start;
    }

    /** Returns where in the file the line ends, with its line end if it has one. */
    long endOffset() {
        return offset() + bytes();
    }

    /** Returns the line's size with its line end if it has one. */
    int bytes() {
        return ended ? length + 1 : length;
    }

    /** Returns the line's number, 1 for the first that was read. */
    long number() {
        return number;
    }

    /** Says whether the line has a line end, as all but a file's last one have. */
    boolean isEnded() {
        return ended;
    }

    /** Says whether the line is longer than any can be; then this is its start, and what follows it comes next. */
    boolean isOverlong() {
        return overlong;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
