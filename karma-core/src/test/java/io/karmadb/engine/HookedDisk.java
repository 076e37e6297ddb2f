package io.karmadb.engine;

import io.karmadb.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A disk on which a test fails, holds up or counts what it wants, before it is done. */
final class HookedDisk extends ForwardingDisk {
    /** What is about to be done to a file or directory. */
    enum Action {
        OPEN,
        CREATE,
        WRITE,
        FORCE,
        TRUNCATE,
        RENAME,
        DELETE,
        LINK,
        CREATE_DIRECTORY,
        FORCE_DIRECTORY
    }

    /** Called before; what it throws is what the disk throws, and nothing is done. */
    @FunctionalInterface
    interface Hook {
        /** The name is bare; of a rename or link the new one. */
        void before(Action action, String name) throws IOException;
    }

    private final List<HookedFile> open = new CopyOnWriteArrayList<>();
    private volatile Hook hook = (action, name) -> {};

    /** Lies above the real disk, without ballast. */
    HookedDisk() {
        super(new WatchedDisk());
    }

    void hook(Hook other) {
        hook = other;
    }

    private void before(Action action, Path file) throws IOException {
        hook.before(action, file.getFileName().toString());
    }

    @Override
    public DiskFile open(Path file, Mode mode) throws IOException {
        before(mode == Mode.CREATE ? Action.CREATE : Action.OPEN, file);
        DiskFile opened = super.open(file, mode);
        if (mode == Mode.READ) {
            return opened;
        }
        HookedFile hooked = new HookedFile(opened, file);
        open.add(hooked);
        return hooked;
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        before(Action.RENAME, to);
        super.rename(from, to);
        for (HookedFile file : open) {
            if (file.path.equals(from)) {
                file.path = to;
            }
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        before(Action.DELETE, file);
        super.delete(file);
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
        before(Action.LINK, link);
        super.link(existing, link);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        before(Action.CREATE_DIRECTORY, directory);
        super.createDirectory(directory);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        before(Action.FORCE_DIRECTORY, directory);
        super.forceDirectory(directory);
    }

    private final class HookedFile extends ForwardingFile {
        private volatile Path path;

        HookedFile(DiskFile file, Path path) {
            super(file);
            this.path = path;
        }

        @Override
        public int write(ByteBuffer from, long offset) throws IOException {
            before(Action.WRITE, path);
            return super.write(from, offset);
        }

        @Override
        public void force() throws IOException {
            before(Action.FORCE, path);
            super.force();
        }

        @Override
        public void close() throws IOException {
            open.remove(this);
            super.close();
        }

        @Override
        public void truncate(long size) throws IOException {
            before(Action.TRUNCATE, path);
            super.truncate(size);
        }
    }
}
