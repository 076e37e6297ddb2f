package io.karmadb.snapshot;

import io.karmadb.CorruptionException;
import io.karmadb.RestoreException;
import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The file {@value #NAME} of a directory, replaced as a whole: after a crash at any moment there is the earlier one or the
 * new one, never none and never half of one.
 *
 * <p><b>Threads:</b> one at a time.
 */
public final class ManifestFile {
    /** The bare name of the file. */
    public static final String NAME = "karma.manifest";

    /** The bare name of the file that is to take its place. */
    public static final String TEMPORARY_NAME = NAME + ".tmp";

    private final Disk disk;
    private final Path directory;
    private final Path file;
    private final Path temporary;

    /**
     * Names the manifest of a directory.
     *
     * @param disk the way to the file
     * @param directory where it is
     */
    public ManifestFile(Disk disk, Path directory) {
        this.disk = Objects.requireNonNull(disk, "disk");
        this.directory = Objects.requireNonNull(directory, "directory");
        file = disk.resolve(directory, NAME);
        temporary = disk.resolve(directory, TEMPORARY_NAME);
    }

    /**
     * Returns the file.
     *
     * @return its path
     */
    public Path path() {
        return file;
    }

    /**
     * Reads the manifest. Changes nothing on disk.
     *
     * @return what it says, or empty if there is none
     * @throws RestoreException if it is damaged or of another version; the message says what to do
     * @throws StorageException if it cannot be read
     */
    public Optional<Manifest> read() throws RestoreException, StorageException {
        byte[] bytes;
        try (DiskFile open = disk.open(file, Disk.Mode.READ)) {
            bytes = new byte[Math.toIntExact(open.size())];
            Transfer.readFully(open, ByteBuffer.wrap(bytes), 0);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | ArithmeticException e) {
            throw new StorageException("Could not read the manifest: file=" + file + ", error=" + e, e);
        }
        try {
            return Optional.of(ManifestCodec.decode(bytes, file));
        } catch (CorruptionException e) {
            throw new RestoreException(
                    "The manifest is damaged, and nothing was changed: " + e.getMessage()
                            + ". Put the whole directory back from a backup; or move its files to another place, start"
                            + " with an empty directory, copy the newest .tree file of each tree into it and load"
                            + " them by name, without what was counted after they were made. Do not just delete the"
                            + " manifest: it says which trees live and which files and log lines they rest on.",
                    e);
        }
    }

    /**
     * Replaces the manifest. It survives a crash when this returns.
     *
     * @param manifest what it is to say
     * @throws StorageException if that is not sure: the earlier or the new one stands, so that nothing may be deleted that
     *     either names
     */
    public void replace(Manifest manifest) throws StorageException {
        byte[] bytes = ManifestCodec.encode(manifest);
        try {
            deleteIfThere(temporary);
            try (DiskFile open = disk.open(temporary, Disk.Mode.CREATE)) {
                Transfer.writeFully(open, ByteBuffer.wrap(bytes), 0);
                open.force();
            }
            disk.rename(temporary, file);
            disk.forceDirectory(directory);
        } catch (IOException e) {
            StorageException failure = new StorageException(
                    "Could not replace the manifest; the earlier one may still stand: file=" + file + ", error=" + e,
                    e);
            try {
                deleteIfThere(temporary);
            } catch (IOException suppressed) {
                failure.addSuppressed(suppressed);
            }
            throw failure;
        }
    }

    /**
     * Deletes a temporary file that a crash in {@link #replace} has left.
     *
     * @return whether there was one
     * @throws StorageException if it cannot be deleted
     */
    public boolean sweep() throws StorageException {
        try {
            return deleteIfThere(temporary);
        } catch (IOException e) {
            throw new StorageException("Could not delete the temporary file: file=" + temporary + ", error=" + e, e);
        }
    }

    private boolean deleteIfThere(Path path) throws IOException {
        try {
            disk.delete(path);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
