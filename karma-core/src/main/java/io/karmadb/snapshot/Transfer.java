package io.karmadb.snapshot;

import io.karmadb.disk.DiskFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads and writes whole pieces where {@link DiskFile} may stop halfway. */
final class Transfer {
    private Transfer() {}

    /** Writes all of a buffer at a place. */
    static void writeFully(DiskFile file, ByteBuffer from, long offset) throws IOException {
        long place = offset;
        while (from.hasRemaining()) {
            place += file.write(from, place);
        }
    }

    /** Fills a buffer from a place. */
    static void readFully(DiskFile file, ByteBuffer into, long offset) throws IOException {
        long place = offset;
        while (into.hasRemaining()) {
            int count = file.read(into, place);
            if (count < 0) {
                throw new EOFException("the file ends early: offset=" + place + ", missing=" + into.remaining());
            }
            place += count;
        }
    }
}
