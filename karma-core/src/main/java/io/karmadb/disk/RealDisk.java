package io.karmadb.disk;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The file system of the operating system. */
public final class RealDisk implements Disk {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    /** Whether strings become file names in UTF-8; under a locale such as C they do not. */
    private static final boolean NAMES_ARE_UTF_8 =
            !POSIX || "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /**
     * Lock files that this process holds. An operating system drops a process's locks on a file when the process closes
     * any channel to it, so a lock file must not even be opened a second time.
     */
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

    /** Makes access to the file system. */
    public RealDisk() {}

    @Override
    public Path resolve(Path directory, String name) {
        if (isAscii(name) || NAMES_ARE_UTF_8) {
            return directory.resolve(name);
        }
        // A path made of a URI takes the octets as they are, where one made of a string goes through the locale.
        String parent = directory.toUri().toString();
        return Path.of(URI.create(parent + (parent.endsWith("/") ? "" : "/") + percentEncoded(name)));
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                names.add(nameOf(entry));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    @Override
    public DiskFile open(Path file, Mode mode) throws IOException {
        Set<OpenOption> options = switch (mode) {
            case READ -> Set.of(StandardOpenOption.READ);
            case WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
            case CREATE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        };
        FileChannel channel = FileChannel.open(file, options, mode == Mode.CREATE ? ownerOnly("rw-------") : none());
        try {
            return new ChannelFile(channel, mode == Mode.READ ? null : keyOf(file));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Returns what tells a file from every other that exists at the same time; null where there is no such thing. */
    private static Object keyOf(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.delete(file);
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
        try {
            Files.createLink(link, existing);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException noLinks) {
            copy(existing, link, noLinks);
        }
    }

    private static void copy(Path existing, Path copy, Exception reason) throws IOException {
        try {
            Files.copy(existing, copy, StandardCopyOption.COPY_ATTRIBUTES);
            try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        } catch (IOException e) {
            e.addSuppressed(reason);
            throw e;
        }
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            createDirectory(parent);
        }
        try {
            Files.createDirectory(directory, ownerOnly("rwx------"));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
        if (parent != null) {
            forceDirectory(parent);
        }
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        if (!POSIX) {
            return; // elsewhere a directory cannot be opened, and its entries are the file system's own business
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public boolean isRegularFile(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public long size(Path file) throws IOException {
        return Files.size(file);
    }

    @Override
    public Instant lastModified(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant();
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return Files.getFileStore(path).getUsableSpace();
    }

    @Override
    public Closeable tryLock(Path file) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return tryLock(file, options, false);
    }

    @Override
    public Closeable tryLockShared(Path file) throws IOException {
        return tryLock(file, Set.of(StandardOpenOption.READ), true);
    }

    private static Closeable tryLock(Path file, Set<OpenOption> options, boolean shared) throws IOException {
        Path identity = file.toAbsolutePath().getParent().toRealPath().resolve(file.getFileName());
        if (!LOCKED.add(identity)) {
            return null;
        }
        FileChannel channel = null;
        FileLock lock = null;
        try {
            channel = FileChannel.open(file, options, shared ? none() : ownerOnly("rw-------"));
            lock = channel.tryLock(0, Long.MAX_VALUE, shared);
        } catch (OverlappingFileLockException e) {
            lock = null; // held by a copy of this class in another class loader
        } finally {
            if (lock == null) {
                LOCKED.remove(identity);
                if (channel != null) {
                    channel.close();
                }
            }
        }
        if (lock == null) {
            return null;
        }
        FileChannel held = channel;
        return () -> {
            held.close();
            LOCKED.remove(identity);
        };
    }

    private static String nameOf(Path entry) {
        String name = entry.getFileName().toString();
        if (isAscii(name) || NAMES_ARE_UTF_8) {
            return name;
        }
        String uri = entry.toUri().getRawPath();
        int end = uri.endsWith("/") ? uri.length() - 1 : uri.length(); // a directory's URI ends in a slash
        return percentDecoded(uri.substring(uri.lastIndexOf('/', end - 1) + 1, end));
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            encoded.append('%').append(HEX.toHexDigits(octet));
        }
        return encoded.toString();
    }

    private static String percentDecoded(String text) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                octets.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else {
                octets.write(c);
            }
        }
        return octets.toString(StandardCharsets.UTF_8);
    }

    private static FileAttribute<?>[] ownerOnly(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : none();
    }

    private static FileAttribute<?>[] none() {
        return new FileAttribute<?>[0];
    }

    private record ChannelFile(FileChannel channel, Object key) implements DiskFile {
        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            return channel.read(into, offset);
        }

        @Override
        public int write(ByteBuffer from, long offset) throws IOException {
            return channel.write(from, offset);
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public void forceContent() throws IOException {
            channel.force(false);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public boolean isAt(Path path) throws IOException {
            try {
                Object found = keyOf(path);
                return key == null || key.equals(found); // an open file's key is given to no other
            } catch (NoSuchFileException e) {
                return false;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
