package io.karmadb.engine;

import io.karmadb.disk.DiskFile;
import io.karmadb.disk.RealDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The real disk, on which changes happen one at a time: a test looks at a directory between two of them, after each one,
 * or at a moment of its own, and finds what a killed process would leave there.
 *
 * <p>The ballast, which no start reads, is left out: it would cost megabytes for each of many starts.
 */
final class WatchedDisk extends ForwardingDisk {
    private static final String BALLAST = "karma.ballast";

    private final ReentrantLock lock = new ReentrantLock();
    private Runnable afterChange = () -> {};

    WatchedDisk() {
        super(new RealDisk());
    }

    /** Calls something after every change from now on. */
    void afterEachChange(Runnable action) {
        between(() -> afterChange = action);
    }

    /** Does something while nothing changes. */
    void between(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private interface Change<T> {
        T make() throws IOException;
    }

    private <T> T change(Change<T> change) throws IOException {
        lock.lock();
        try {
            T result = change.make();
            afterChange.run();
            return result;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public DiskFile open(Path file, Mode mode) throws IOException {
        if (file.endsWith(BALLAST)) {
            return new NoFile();
        }
        return switch (mode) {
            case READ -> super.open(file, mode);
            case WRITE -> new WatchedFile(super.open(file, mode));
            case CREATE -> change(() -> new WatchedFile(super.open(file, mode)));
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change(() -> {
            super.rename(from, to);
            return null;
        });
    }

    @Override
    public void delete(Path file) throws IOException {
        change(() -> {
            super.delete(file);
            return null;
        });
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
        change(() -> {
            super.link(existing, link);
            return null;
        });
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        change(() -> {
            super.createDirectory(directory);
            return null;
        });
    }

    private final class WatchedFile extends ForwardingFile {
        WatchedFile(DiskFile file) {
            super(file);
        }

        @Override
        public int write(ByteBuffer from, long offset) throws IOException {
            return change(() -> super.write(from, offset));
        }

        @Override
        public void truncate(long size) throws IOException {
            change(() -> {
                super.truncate(size);
                return null;
            });
        }
    }

    /** Takes what is written and keeps nothing. */
    private static final class NoFile implements DiskFile {
        @Override
        public int read(ByteBuffer into, long offset) {
            return -1;
        }

        @Override
        public int write(ByteBuffer from, long offset) {
            int length = from.remaining();
            from.position(from.limit());
            return length;
        }

        @Override
        public void force() {}

        @Override
        public long size() {
            return 0;
        }

        @Override
        public void truncate(long size) {}

        @Override
        public boolean isAt(Path path) {
            return true;
        }

        @Override
        public void close() {}
    }
}
