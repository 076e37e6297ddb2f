package io.karmadb.wal;

import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Finds the zeros that a log may end in. */
final class Zeros {
    private static final int CHUNK_BYTES = 64 * 1024;

    private Zeros() {}

    /**
     * Returns where the zeros begin that a file ends in. Reads the file to its end.
     *
     * @param from what lies before this offset is not looked at
     * @return an offset from {@code from} to the size of the file, which it is if the last byte is none
     */
    static long startOfTail(Disk disk, Path path, long from) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        long start = from;
        try (DiskFile file = disk.open(path, Disk.Mode.READ)) {
            for (long at = from; file.read(chunk.clear(), at) > 0; at += chunk.limit()) {
                chunk.flip();
                for (int i = 0; i < chunk.limit(); i++) {
                    start = chunk.get(i) == 0 ? start : at + i + 1;
                }
            }
        }
        return start;
    }
}
