package io.karmadb.snapshot;

import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import io.karmadb.disk.RealDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** A real disk on which one chosen change fails before it has any effect; later ones succeed. */
final class FailingDisk implements Disk {
    private final Disk disk = new RealDisk();
    private int changesUntilFailure;
    private boolean shortTransfers;
    private int changes;
    private String unreadable = "";

    /** Chooses the change that fails, counted from 1 on. */
    void failAt(int change) {
        changesUntilFailure = change;
        changes = 0;
    }

    /** Makes the file of this name one that cannot be opened to be read. */
    void refuseToRead(String name) {
        unreadable = name;
    }

    /** Makes reads and writes stop after seven bytes. */
    void transferLittleAtOnce() {
        shortTransfers = true;
    }

    int changes() {
        return changes;
    }

    private void change(String what, Path path) throws IOException {
        changes++;
        if (changes == changesUntilFailure) {
            throw new IOException("chosen to fail: " + what + " of " + path);
        }
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
        if (mode == Mode.CREATE) {
            change("open", file);
        } else if (file.endsWith(unreadable)) {
            throw new AccessDeniedException(file.toString());
        }
        return new FailingFile(file, disk.open(file, mode));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change("rename", from);
        disk.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        change("delete", file);
        disk.delete(file);
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
        change("link", existing);
        disk.link(existing, link);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        change("createDirectory", directory);
        disk.createDirectory(directory);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        change("forceDirectory", directory);
        disk.forceDirectory(directory);
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
    public Closeable tryLock(Path file) throws IOException {
        return disk.tryLock(file);
    }

    @Override
    public Closeable tryLockShared(Path file) throws IOException {
        return disk.tryLockShared(file);
    }

    private final class FailingFile implements DiskFile {
        private final Path path;
        private final DiskFile file;

        FailingFile(Path path, DiskFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            ByteBuffer piece = piece(into);
            int count = file.read(piece, offset);
            into.position(into.position() + Math.max(count, 0));
            return count;
        }

        @Override
        public int write(ByteBuffer from, long offset) throws IOException {
            change("write", path);
            int count = file.write(piece(from), offset);
            from.position(from.position() + count);
            return count;
        }

        private ByteBuffer piece(ByteBuffer whole) {
            int bytes = shortTransfers ? Math.min(7, whole.remaining()) : whole.remaining();
            return whole.slice(whole.position(), bytes);
        }

        @Override
        public void force() throws IOException {
            change("force", path);
            file.force();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            change("truncate", path);
            file.truncate(size);
        }

        @Override
        public boolean isAt(Path path) throws IOException {
            return file.isAt(path);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
