package io.karmadb.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Reads another disk, and tells how much. What would change something there is a mistake of the caller, so that a reader
 * can be given this to be sure.
 *
 * <p><b>Threads:</b> any, if the disk and the consumer allow it.
 */
public final class ReadOnlyDisk implements Disk {
    private final Disk disk;
    private final LongConsumer bytesRead;

    /**
     * Makes access to a disk.
     *
     * @param disk what is read
     * @param bytesRead told the size of every piece that was read, by the thread that reads
     */
    public ReadOnlyDisk(Disk disk, LongConsumer bytesRead) {
        this.disk = disk;
        this.bytesRead = bytesRead;
    }

    @Override
    public Path resolve(Path directory, String name) {
        return disk.resolve(directory, name);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public DiskFile open(Path file, Mode mode) throws IOException {
        if (mode != Mode.READ) {
            throw refused("open", file);
        }
        return new ReadOnlyFile(disk.open(file, mode), file, bytesRead);
    }

    @Override
    public void rename(Path from, Path to) {
        throw refused("rename", from);
    }

    @Override
    public void delete(Path file) {
        throw refused("delete", file);
    }

    @Override
    public void link(Path existing, Path link) {
        throw refused("link", link);
    }

    @Override
    public void createDirectory(Path directory) {
        throw refused("createDirectory", directory);
    }

    @Override
    public void forceDirectory(Path directory) {
        throw refused("forceDirectory", directory);
    }

    @Override
    public boolean exists(Path path) {
        return disk.exists(path);
    }

    @Override
    public boolean isRegularFile(Path path) {
        return disk.isRegularFile(path);
    }

    @Override
    public long size(Path file) throws IOException {
        return disk.size(file);
    }

    @Override
    public Instant lastModified(Path file) throws IOException {
        return disk.lastModified(file);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return disk.usableBytes(path);
    }

    @Override
    public Closeable tryLock(Path file) {
        throw refused("tryLock", file);
    }

    @Override
    public Closeable tryLockShared(Path file) throws IOException {
        return disk.tryLockShared(file);
    }

    private static UnsupportedOperationException refused(String operation, Path file) {
        return new UnsupportedOperationException("nothing may be changed: operation=" + operation + ", file=" + file);
    }

    private record ReadOnlyFile(DiskFile file, Path path, LongConsumer bytesRead) implements DiskFile {
        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            int count = file.read(into, offset);
            if (count > 0) {
                bytesRead.accept(count);
            }
            return count;
        }

        @Override
        public int write(ByteBuffer from, long offset) {
            throw refused("write", path);
        }

        @Override
        public void force() {
            throw refused("force", path);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) {
            throw refused("truncate", path);
        }

        @Override
        public boolean isAt(Path place) throws IOException {
            return file.isAt(place);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
