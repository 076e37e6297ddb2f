package io.karmadb.simulation;

import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import io.karmadb.disk.RealDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A disk in memory that keeps what was forced apart from what was only written, for a crash to tell the difference, and
 * on which any operation can be made to fail. A force that fails leaves on the device some of what was to be forced;
 * readers go on seeing all of it, and no later force makes it good, as with dirty pages that a kernel has dropped. A
 * directory is otherwise: file systems write its entries as a whole, or stop writing anything.
 *
 * <p><b>Threads:</b> any; one operation at a time.
 *
 * <p><b>Source:</b> Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014, for what may be lost; Rebello et
 * al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020, for failed forces.
 */
final class SimulatedDisk implements Disk {
    private static final long PLENTY_BYTES = 1L << 40;

    private final RealDisk paths = new RealDisk();
    private final Map<Path, String> names = new HashMap<>();

    private final Map<Integer, FileState> files;
    private final Map<Path, DirectoryState> directories;
    private final Set<Path> locked = new HashSet<>();
    private final Clock clock;
    private final Random random;

    private DiskListener listener = DiskListener.NONE;
    private int nextFile;
    private int changes;
    private long spaceBytes = PLENTY_BYTES;
    private CrashError crashed;

    /**
     * Makes a disk.
     *
     * @param state what is on it
     * @param clock tells the time of changes
     * @param seed of what is left to chance when an operation fails
     */
    SimulatedDisk(DiskState state, Clock clock, long seed) {
        files = new HashMap<>(state.files());
        directories = new HashMap<>(state.directories());
        nextFile = files.keySet().stream().mapToInt(number -> number + 1).max().orElse(0);
        this.clock = clock;
        random = Seeds.random(seed);
    }

    /** Returns the state of a disk that holds nothing but an empty root. */
    static DiskState empty() {
        return new DiskState(Map.of(), Map.of(Path.of("/"), DirectoryState.EMPTY));
    }

    synchronized void listener(DiskListener other) {
        listener = other;
    }

    /** Limits the size of all files. */
    synchronized void limitSpace(long bytes) {
        spaceBytes = bytes;
    }

    synchronized void unlimitSpace() {
        spaceBytes = PLENTY_BYTES;
    }

    /** Returns the size of all files. */
    synchronized long usedBytes() {
        Set<Integer> named = new HashSet<>();
        directories.values().forEach(directory -> named.addAll(directory.seen().values()));
        return files.entrySet().stream()
                .filter(entry -> named.contains(entry.getKey()))
                .mapToLong(entry -> entry.getValue().cached().size())
                .sum();
    }

    /** Returns everything as it is. */
    synchronized DiskState state() {
        return new DiskState(files, directories);
    }

    /** Returns the number of operations so far that changed something, or were to. */
    synchronized int changes() {
        return changes;
    }

    /**
     * Makes every operation fail from now on.
     *
     * @return what was written and forced by then, to be crashed
     */
    synchronized DiskState crash() {
        crashed = new CrashError("the machine has crashed after " + changes + " operations");
        return state();
    }

    private Fault before(Operation operation, Path path) throws IOException {
        if (crashed != null) {
            throw new CrashError(crashed.getMessage());
        }
        Fault fault;
        try {
            fault = listener.before(operation, path);
        } catch (CrashError e) {
            crashed = e;
            throw e;
        }
        if (operation.changes()) {
            changes++;
        }
        if (fault == Fault.ERROR_BEFORE) {
            throw inputOutputError(operation, path);
        }
        if (fault == Fault.NO_SPACE && operation != Operation.WRITE) {
            throw noSpace(path);
        }
        return fault;
    }

    private static void after(Fault fault, Operation operation, Path path) throws IOException {
        if (fault == Fault.ERROR_AFTER) {
            throw inputOutputError(operation, path);
        }
    }

    private static IOException inputOutputError(Operation operation, Path path) {
        return new IOException(path + ": Input/output error (simulated in " + operation + ")");
    }

    private static IOException noSpace(Path path) {
        return new IOException(path + ": No space left on device (simulated)");
    }

    @Override
    public synchronized Path resolve(Path directory, String name) {
        Path path = paths.resolve(directory, name);
        names.put(path, name);
        return path;
    }

    private String nameOf(Path path) {
        return names.getOrDefault(path, path.getFileName().toString());
    }

    private DirectoryState directory(Path path) throws IOException {
        DirectoryState directory = directories.get(path);
        if (directory == null) {
            throw new NoSuchFileException(path.toString());
        }
        return directory;
    }

    private Integer find(Path path) {
        DirectoryState parent = directories.get(path.getParent());
        return parent == null ? null : parent.seen().get(nameOf(path));
    }

    private int require(Path path) throws IOException {
        Integer file = find(path);
        if (file == null) {
            throw new NoSuchFileException(path.toString());
        }
        return file;
    }

    private void change(Path directory, String removed, String added, int file) throws IOException {
        directories.put(directory, directory(directory).change(removed, added, file));
    }

    @Override
    public synchronized List<String> list(Path directory) throws IOException {
        before(Operation.LIST, directory);
        return List.copyOf(directory(directory).seen().keySet());
    }

    @Override
    public synchronized DiskFile open(Path file, Mode mode) throws IOException {
        Operation operation = mode == Mode.CREATE ? Operation.CREATE : Operation.OPEN;
        Fault fault = before(operation, file);
        if (mode == Mode.CREATE) {
            create(file);
        } else if (require(file) == DirectoryState.DIRECTORY) {
            throw new IOException(file + ": Is a directory");
        }
        after(fault, operation, file);
        return new SimulatedFile(this, file, require(file), mode != Mode.READ);
    }

    private void create(Path file) throws IOException {
        if (find(file) != null) {
            throw new FileAlreadyExistsException(file.toString());
        }
        files.put(nextFile, FileState.empty(now()));
        change(file.getParent(), null, nameOf(file), nextFile);
        nextFile++;
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        Fault fault = before(Operation.RENAME, from);
        if (!from.getParent().equals(to.getParent())) {
            throw new IllegalArgumentException("renames stay within a directory here: from=" + from + ", to=" + to);
        }
        change(from.getParent(), nameOf(from), nameOf(to), require(from));
        after(fault, Operation.RENAME, from);
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        Fault fault = before(Operation.DELETE, file);
        int number = require(file);
        if (number == DirectoryState.DIRECTORY) {
            throw new IOException(file + ": Is a directory");
        }
        change(file.getParent(), nameOf(file), null, number);
        after(fault, Operation.DELETE, file);
    }

    @Override
    public synchronized void link(Path existing, Path link) throws IOException {
        Fault fault = before(Operation.LINK, link);
        int number = require(existing);
        if (find(link) != null) {
            throw new FileAlreadyExistsException(link.toString());
        }
        change(link.getParent(), null, nameOf(link), number);
        after(fault, Operation.LINK, link);
    }

    @Override
    public synchronized void createDirectory(Path directory) throws IOException {
        if (directories.containsKey(directory)) {
            return;
        }
        Fault fault = before(Operation.CREATE_DIRECTORY, directory);
        makeDirectory(directory);
        after(fault, Operation.CREATE_DIRECTORY, directory);
    }

    private void makeDirectory(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (!directories.containsKey(parent)) {
            makeDirectory(parent);
        }
        if (find(directory) != null) {
            throw new FileAlreadyExistsException(directory.toString());
        }
        directories.put(parent, directories.get(parent).withDirectory(nameOf(directory)));
        directories.put(directory, DirectoryState.EMPTY);
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        DirectoryState state = directory(directory);
        Fault fault = before(Operation.FORCE_DIRECTORY, directory);
        directories.put(directory, state.force());
        after(fault, Operation.FORCE_DIRECTORY, directory);
    }

    @Override
    public synchronized boolean exists(Path path) {
        return directories.containsKey(path) || find(path) != null;
    }

    @Override
    public synchronized boolean isRegularFile(Path path) {
        Integer file = find(path);
        return file != null && file != DirectoryState.DIRECTORY;
    }

    @Override
    public synchronized long size(Path file) throws IOException {
        before(Operation.SIZE, file);
        return files.get(require(file)).cached().size();
    }

    @Override
    public synchronized Instant lastModified(Path file) throws IOException {
        before(Operation.LAST_MODIFIED, file);
        return files.get(require(file)).modified();
    }

    @Override
    public synchronized long usableBytes(Path path) throws IOException {
        before(Operation.USABLE_BYTES, path);
        return Math.max(0, spaceBytes - usedBytes());
    }

    @Override
    public synchronized Closeable tryLock(Path file) throws IOException {
        Fault fault = before(Operation.LOCK, file);
        if (find(file) == null) {
            create(file);
        }
        after(fault, Operation.LOCK, file);
        return lock(file);
    }

    @Override
    public synchronized Closeable tryLockShared(Path file) throws IOException {
        require(file);
        return lock(file);
    }

    private Closeable lock(Path file) {
        if (!locked.add(file)) {
            return null;
        }
        return () -> {
            synchronized (this) {
                locked.remove(file);
                closing(file);
            }
        };
    }

    private Instant now() {
        return clock.instant();
    }

    // What an open file asks for; its number stays the same however it is renamed.

    synchronized int read(Path path, int file, ByteBuffer into, long offset) throws IOException {
        Fault fault = before(Operation.READ, path);
        Content content = files.get(file).cached();
        if (fault == Fault.SHORT && into.remaining() > 1) {
            ByteBuffer part = into.duplicate();
            part.limit(part.position() + 1);
            int count = content.read(part, offset);
            into.position(part.position());
            return count;
        }
        return content.read(into, offset);
    }

    synchronized int write(Path path, int file, byte[] bytes, long offset) throws IOException {
        Fault fault = before(Operation.WRITE, path);
        long grows =
                Math.max(0, offset + bytes.length - files.get(file).cached().size());
        long fits = spaceBytes == PLENTY_BYTES ? grows : spaceBytes - usedBytes();
        if (fits < grows) {
            put(file, offset, bytes, (int) Math.max(0, bytes.length - (grows - Math.max(0, fits))));
            throw noSpace(path);
        }
        if (fault == null || fault == Fault.SHORT && bytes.length == 1) {
            put(file, offset, bytes, bytes.length);
            return bytes.length;
        }
        int part = random.nextInt(bytes.length + (fault == Fault.ERROR_AFTER ? 1 : 0));
        put(file, offset, bytes, fault == Fault.SHORT ? Math.max(1, part) : part);
        if (fault == Fault.NO_SPACE) {
            throw noSpace(path);
        }
        after(fault, Operation.WRITE, path);
        return Math.max(1, part);
    }

    private void put(int file, long offset, byte[] bytes, int count) {
        files.computeIfPresent(file, (number, state) -> state.write(offset, bytes, 0, count, now()));
    }

    synchronized void force(Path path, int file) throws IOException {
        Fault fault;
        try {
            fault = before(Operation.FORCE, path);
        } catch (IOException e) { // no force says that it did nothing and may be tried again
            files.computeIfPresent(file, (number, state) -> state.failedForce(random));
            throw e;
        }
        if (fault == Fault.ERROR_AFTER) {
            files.computeIfPresent(file, (number, state) -> state.failedForce(random));
        }
        after(fault, Operation.FORCE, path);
        files.computeIfPresent(file, (number, state) -> state.force());
    }

    synchronized void truncate(Path path, int file, long size) throws IOException {
        Fault fault = before(Operation.TRUNCATE, path);
        files.computeIfPresent(file, (number, state) -> state.resize(size, now()));
        after(fault, Operation.TRUNCATE, path);
    }

    synchronized void closing(Path path) throws IOException {
        if (crashed == null) {
            before(Operation.CLOSE, path);
        }
    }

    synchronized boolean isAt(Path path, int file) {
        Integer found = find(path);
        return found != null && found == file;
    }

    synchronized long size(Path path, int file) throws IOException {
        before(Operation.SIZE, path);
        return files.get(file).cached().size();
    }
}
