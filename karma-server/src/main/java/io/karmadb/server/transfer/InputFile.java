package io.karmadb.server.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The file to import. Standard input is copied to a temporary one first, since all of it is read twice: once to see
 * whether it is good, and once to import it.
 */
final class InputFile implements Closeable {
    static final String STANDARD_INPUT = "-";

    private final Path path;
    private final boolean temporary;
    private final long bytes;
    private final long modifiedMillis;

    private InputFile(Path path, boolean temporary) throws IOException {
        this.path = path;
        this.temporary = temporary;
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        bytes = attributes.size();
        modifiedMillis = attributes.lastModifiedTime().toMillis();
    }

    /**
     * Opens a file.
     *
     * @param name its path, or {@code -}
     * @param standardInput what {@code -} stands for
     */
    static InputFile open(String name, InputStream standardInput, ProgressBar progress) throws TransferException {
        try {
            if (!name.equals(STANDARD_INPUT)) {
                Path path = WhereOptions.path("FILE", name);
                if (Files.exists(path) && !Files.isRegularFile(path)) {
                    throw new TransferException("it is no regular file, so give it as standard input: " + name);
                }
                return new InputFile(path, false);
            }
            return spool(standardInput, progress);
        } catch (IOException e) {
            throw new TransferException("cannot read the file: " + e, e);
        }
    }

    private static InputFile spool(InputStream in, ProgressBar progress) throws IOException {
        Path file = Files.createTempFile("karma-import-", ".tmp"); // for its owner only
        file.toFile().deleteOnExit();
        progress.begin("reading standard input", 0);
        try (OutputStream out = Files.newOutputStream(file)) {
            in.transferTo(out);
        }
        return new InputFile(file, true);
    }

    boolean isTemporary() {
        return temporary;
    }

    Path path() {
        return path;
    }

    long bytes() {
        return bytes;
    }

    long modifiedMillis() {
        return modifiedMillis;
    }

    /** Returns a stream from an offset on. */
    InputStream read(long offset) throws IOException {
        InputStream in = Files.newInputStream(path);
        boolean placed = false;
        try {
            in.skipNBytes(offset);
            placed = true;
            return in;
        } finally {
            if (!placed) {
                in.close();
            }
        }
    }

    /** Says whether the file is still as it was when it was opened. */
    boolean isUnchanged() throws IOException {
        BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
        return now.size() == bytes && now.lastModifiedTime().toMillis() == modifiedMillis;
    }

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            Files.deleteIfExists(path);
        }
    }
}
