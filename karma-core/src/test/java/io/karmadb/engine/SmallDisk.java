package io.karmadb.engine;

import io.karmadb.disk.DiskFile;
import io.karmadb.disk.RealDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The real disk with as much space as a test gives it; a write that does not fit is done in part. */
final class SmallDisk extends ForwardingDisk {
    /** Guarded by this. */
    private long space = Long.MAX_VALUE / 2;

    SmallDisk() {
        super(new RealDisk());
    }

    synchronized void setSpace(long bytes) {
        space = bytes;
    }

    @Override
    public synchronized long usableBytes(Path path) {
        return space;
    }

    @Override
    public DiskFile open(Path file, Mode mode) throws IOException {
        DiskFile opened = super.open(file, mode);
        return mode == Mode.READ ? opened : new SmallFile(opened);
    }

    @Override
    public void delete(Path file) throws IOException {
        long bytes = size(file);
        super.delete(file);
        give(bytes);
    }

    private synchronized void give(long bytes) {
        space += bytes;
    }

    private synchronized long take(long bytes) throws IOException {
        if (space == 0 && bytes > 0) {
            throw new IOException("No space left on device");
        }
        long taken = Math.min(space, bytes);
        space -= taken;
        return taken;
    }

    private final class SmallFile extends ForwardingFile {
        SmallFile(DiskFile file) {
            super(file);
        }

        @Override
        public int write(ByteBuffer from, long offset) throws IOException {
            long covered = Math.max(0, Math.min(from.remaining(), size() - offset));
            long fits = covered + take(from.remaining() - covered);
            int limit = from.limit();
            from.limit(from.position() + (int) fits);
            int written = super.write(from, offset);
            from.limit(limit);
            return written;
        }
    }
}
