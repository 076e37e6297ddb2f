package io.karmadb.server.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file that is there as a whole or not at all: written under a temporary name beside it, forced, and renamed by
 * {@link #finish}. Closing it before that takes the temporary file away. Readable by its owner only.
 */
final class OutputFile extends OutputStream {
    private final Path file;
    private final Path temporary;
    private final FileChannel channel;
    private boolean finished;

    /**
     * Begins a file.
     *
     * @param file what it is to be called in the end; one that is there is replaced
     */
    OutputFile(Path file) throws IOException {
        this.file = file.toAbsolutePath();
        temporary = this.file.resolveSibling("." + this.file.getFileName() + ".tmp");
        channel = open(temporary);
    }

    private static FileChannel open(Path temporary) throws IOException {
        Files.deleteIfExists(temporary); // what an interrupted run has left
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        FileStore store = Files.getFileStore(temporary.getParent());
        return store.supportsFileAttributeView("posix")
                ? FileChannel.open(
                        temporary,
                        options,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                : FileChannel.open(temporary, options);
    }

    /** Takes the temporary file away also if a signal ends the process. */
    OutputFile deletedOnExit() {
        temporary.toFile().deleteOnExit();
        return this;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Forces what was written and gives it its name, which is forced, too. */
    void finish() throws IOException {
        channel.force(true);
        channel.close();
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        finished = true;
        forceDirectory(file.getParent());
    }

    /** Forces the names in a directory; where a system cannot open one it does so by itself. */
    private static void forceDirectory(Path directory) throws IOException {
        if (!System.getProperty("os.name").startsWith("Windows")) {
            try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (!finished) {
            Files.deleteIfExists(temporary);
        }
    }
}
