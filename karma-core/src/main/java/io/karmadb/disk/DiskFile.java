package io.karmadb.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** An open file. Not safe for use by several threads at once, but for {@link #force} beside the others. */
public interface DiskFile extends Closeable {
    /**
     * Reads from a place; may read less than there is room for.
     *
     * @param into receives the bytes at its position
     * @param offset where in the file, in bytes from its start
     * @return the number of bytes read, -1 at or after the end of the file
     * @throws IOException if it cannot be read
     */
    int read(ByteBuffer into, long offset) throws IOException;

    /**
     * Writes at a place; may write less than there is.
     *
     * @param from gives the bytes from its position, which moves on by what was written
     * @param offset where in the file, in bytes from its start
     * @return the number of bytes written
     * @throws IOException if it cannot be written; what of this call has reached the file is unknown
     */
    int write(ByteBuffer from, long offset) throws IOException;

    /**
     * Makes what was written survive a crash.
     *
     * @throws IOException if that is not sure; it is not to be tried again
     */
    void force() throws IOException;

    /**
     * Makes what was written survive a crash, though perhaps not when that was. This spares a file system an entry in its
     * journal where the file has become no longer.
     *
     * @throws IOException as {@link #force} does
     */
    default void forceContent() throws IOException {
        force();
    }

    /**
     * Returns the file's size.
     *
     * @return bytes
     * @throws IOException if it cannot be told
     */
    long size() throws IOException;

    /**
     * Cuts the file.
     *
     * @param size its new size in bytes, at most the present one
     * @throws IOException if it cannot be cut
     */
    void truncate(long size) throws IOException;

    /**
     * Says whether a path still leads to this file, which it no longer does once somebody has deleted, moved or replaced
     * the file or a directory above it. Writing and forcing go on then as if nothing was, and what they leave is lost.
     *
     * @param path where the file should be
     * @return whether it is there
     * @throws IOException if it cannot be told
     */
    boolean isAt(Path path) throws IOException;
}
