package io.karmadb.wal;

import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import io.karmadb.disk.RealDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Real files on a disk that fails on demand, counts what is asked of it, and can forget what was not forced. Forces are
 * only noted, so that tests are fast.
 */
final class FaultyDisk implements Disk {
    enum Operation {
        OPEN,
        WRITE,
        FORCE,
        RENAME,
        DELETE,
        FORCE_DIRECTORY
    }

    /** Decides over each operation. */
    interface Faults {
        /** Returns what is to be thrown, or null to go on. */
        IOException fault(Operation operation, Path file);
    }

    /** Holds every operation up until it is opened. */
    final class Gate implements AutoCloseable {
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);

        private void pass() {
            arrived.countDown();
            awaitUninterruptibly(open);
        }

        /** Waits until something is held up. */
        void awaitArrival() {
            awaitUninterruptibly(arrived);
        }

        void open() {
            open.countDown();
        }

        @Override
        public void close() {
            open();
        }
    }

    private final RealDisk real = new RealDisk();
    private final Map<Path, Long> forcedBytes = new ConcurrentHashMap<>();
    private final List<String> journal = new ArrayList<>();
    private volatile Faults faults = (operation, file) -> null;
    private volatile int bytesBeforeWriteFault;
    private volatile int writeBytesMax = Integer.MAX_VALUE;
    private volatile long usableBytes = -1;

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static IOException noSpace() {
        return new IOException("No space left on device");
    }

    static IOException broken() {
        return new IOException("Input/output error");
    }

    void setFaults(Faults value) {
        faults = value;
    }

    /** Holds up every operation of one kind. */
    Gate hold(Operation held) {
        Gate gate = new Gate();
        Faults then = faults;
        faults = (operation, file) -> {
            if (operation == held) {
                gate.pass();
            }
            return then.fault(operation, file);
        };
        return gate;
    }

    /** A write that fails writes this much first. */
    void setBytesBeforeWriteFault(int bytes) {
        bytesBeforeWriteFault = bytes;
    }

    /** No write writes more than this at once. */
    void setWriteBytesMax(int bytes) {
        writeBytesMax = bytes;
    }

    void setUsableBytes(long bytes) {
        usableBytes = bytes;
    }

    /** Returns what has been done so far, one operation and file name each. */
    List<String> journal() {
        synchronized (journal) {
            return List.copyOf(journal);
        }
    }

    /** Cuts every file to what was forced of it, as a power loss may. */
    void losePower() throws IOException {
        for (Map.Entry<Path, Long> file : forcedBytes.entrySet()) {
            if (Files.exists(file.getKey()) && Files.size(file.getKey()) > file.getValue()) {
                try (FileChannel channel = FileChannel.open(file.getKey(), StandardOpenOption.WRITE)) {
                    channel.truncate(file.getValue());
                }
            }
        }
    }

    private void check(Operation operation, Path file) throws IOException {
        synchronized (journal) {
            journal.add(operation + " " + file.getFileName());
        }
        IOException fault = faults.fault(operation, file);
        if (fault != null) {
            throw fault;
        }
    }

    @Override
    public Path resolve(Path directory, String name) {
        return real.resolve(directory, name);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return real.list(directory);
    }

    @Override
    public DiskFile open(Path file, Mode mode) throws IOException {
        check(Operation.OPEN, file);
        DiskFile opened = real.open(file, mode);
        forcedBytes.putIfAbsent(file, mode == Mode.CREATE ? 0 : opened.size());
        return new FaultyFile(file, opened);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        check(Operation.RENAME, from);
        real.rename(from, to);
        forcedBytes.put(to, forcedBytes.getOrDefault(from, 0L));
        forcedBytes.remove(from);
    }

    @Override
    public void delete(Path file) throws IOException {
        check(Operation.DELETE, file);
        real.delete(file);
        forcedBytes.remove(file);
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
        real.link(existing, link);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        real.createDirectory(directory);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        check(Operation.FORCE_DIRECTORY, directory);
    }

    @Override
    public boolean exists(Path path) {
        return real.exists(path);
    }

    @Override
    public boolean isRegularFile(Path path) {
        return real.isRegularFile(path);
    }

    @Override
    public long size(Path file) throws IOException {
        return real.size(file);
    }

    @Override
    public Instant lastModified(Path file) throws IOException {
        return real.lastModified(file);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return usableBytes >= 0 ? usableBytes : real.usableBytes(path);
    }

    @Override
    public Closeable tryLock(Path file) throws IOException {
        return real.tryLock(file);
    }

    @Override
    public Closeable tryLockShared(Path file) throws IOException {
        return real.tryLockShared(file);
    }

    private final class FaultyFile implements DiskFile {
        private final Path openedAs;
        private final DiskFile file;

        FaultyFile(Path openedAs, DiskFile file) {
            this.openedAs = openedAs;
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            return file.read(into, offset);
        }

        @Override
        public int write(ByteBuffer from, long offset) throws IOException {
            try {
                check(Operation.WRITE, openedAs);
            } catch (IOException e) {
                if (bytesBeforeWriteFault > 0) {
                    file.write(from.slice(from.position(), Math.min(bytesBeforeWriteFault, from.remaining())), offset);
                }
                throw e;
            }
            int limit = from.limit();
            from.limit(from.position() + Math.min(from.remaining(), writeBytesMax));
            int written = file.write(from, offset);
            from.limit(limit);
            return written;
        }

        @Override
        public void force() throws IOException {
            check(Operation.FORCE, openedAs);
            // A file that has been renamed since it was opened is known by its new name.
            Path path =
                    forcedBytes.containsKey(openedAs) || !openedAs.toString().endsWith(".tmp")
                            ? openedAs
                            : openedAs.resolveSibling(LogFiles.CURRENT);
            forcedBytes.put(path, file.size());
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
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
