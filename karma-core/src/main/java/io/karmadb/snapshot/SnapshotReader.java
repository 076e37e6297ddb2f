package io.karmadb.snapshot;

import io.karmadb.CorruptionException;
import io.karmadb.HistoryKind;
import io.karmadb.StorageException;
import io.karmadb.counter.BucketBuffer;
import io.karmadb.counter.CounterTree;
import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;

/**
 * Reads snapshot files, ours and those of older servers, and believes nothing that they say before it is checked.
 *
 * <p><b>Threads:</b> any number at once. A file is read in one pass; beside the tree it takes a buffer of up to 256 KiB, for
 * a check the keys of one branch. Nothing on disk is changed.
 *
 * <p><b>Failure:</b> a {@link CorruptionException} for a file that is missing, damaged, or not the one expected; a
 * {@link StorageException} if the file system fails; a {@link SnapshotCancelledException} on request. A half-built tree is
 * released.
 */
public final class SnapshotReader {
    private final Disk disk;
    private final Path directory;
    private final HistoryKind history;
    private final BooleanSupplier cancelled;

    /**
     * Makes a reader that never gives up.
     *
     * @param disk the way to the files
     * @param directory where they are
     * @param history where the trees that it builds keep older buckets
     */
    public SnapshotReader(Disk disk, Path directory, HistoryKind history) {
        this(disk, directory, history, () -> false);
    }

    /**
     * Makes a reader.
     *
     * @param disk the way to the files
     * @param directory where they are
     * @param history where the trees that it builds keep older buckets
     * @param cancelled asked every 256 KiB, by the thread that reads: true makes it give up
     */
    public SnapshotReader(Disk disk, Path directory, HistoryKind history, BooleanSupplier cancelled) {
        this.disk = Objects.requireNonNull(disk, "disk");
        this.directory = Objects.requireNonNull(directory, "directory");
        this.history = Objects.requireNonNull(history, "history");
        this.cancelled = Objects.requireNonNull(cancelled, "cancelled");
    }

    /**
     * Reads a file into a new tree.
     *
     * @param name the bare name of the file
     * @return the tree, to be released by the caller, and what else the file says
     * @throws CorruptionException if the file is missing or does not hold what it must
     * @throws StorageException if it cannot be read
     * @throws SnapshotCancelledException on request
     */
    public SnapshotContent read(String name) throws CorruptionException, StorageException, SnapshotCancelledException {
        return readTree(name, null);
    }

    /**
     * Reads a file of known size and checksum into a new tree.
     *
     * @param file what the manifest or the log says about it
     * @return the tree, to be released by the caller, and what else the file says
     * @throws CorruptionException if the file is missing, not that file, or does not hold what it must
     * @throws StorageException if it cannot be read
     * @throws SnapshotCancelledException on request
     */
    public SnapshotContent read(SnapshotFile file)
            throws CorruptionException, StorageException, SnapshotCancelledException {
        return readTree(file.name(), file);
    }

    /**
     * Checks a file as reading it does, without building a tree.
     *
     * @param name the bare name of the file
     * @return what it says, without a tree
     * @throws CorruptionException if the file is missing or does not hold what it must
     * @throws StorageException if it cannot be read
     * @throws SnapshotCancelledException on request
     */
    public SnapshotContent check(String name) throws CorruptionException, StorageException, SnapshotCancelledException {
        return decode(name, null, null);
    }

    /**
     * Checks a file of known size and checksum as reading it does, without building a tree.
     *
     * @param file what the manifest or the log says about it
     * @return what it says, without a tree
     * @throws CorruptionException if the file is missing, not that file, or does not hold what it must
     * @throws StorageException if it cannot be read
     * @throws SnapshotCancelledException on request
     */
    public SnapshotContent check(SnapshotFile file)
            throws CorruptionException, StorageException, SnapshotCancelledException {
        return decode(file.name(), file, null);
    }

    /**
     * Reads a file for its size and checksum only.
     *
     * @param name the bare name of the file
     * @return its size and the CRC-32C of all its bytes, whatever they mean
     * @throws CorruptionException if the file is missing
     * @throws StorageException if it cannot be read
     * @throws SnapshotCancelledException on request
     */
    public SnapshotFile fileChecksum(String name)
            throws CorruptionException, StorageException, SnapshotCancelledException {
        Path path = disk.resolve(directory, name);
        try (DiskFile file = disk.open(path, Disk.Mode.READ)) {
            CRC32C crc = new CRC32C();
            ByteBuffer buffer = ByteBuffer.allocate(MessagePackInput.BUFFER_BYTES);
            long bytes = 0;
            for (int count = file.read(buffer, 0); count >= 0; count = file.read(buffer, bytes)) {
                giveUpIfCancelled(path);
                bytes += count;
                crc.update(buffer.flip());
                buffer.clear();
            }
            return new SnapshotFile(name, bytes, (int) crc.getValue());
        } catch (NoSuchFileException e) {
            throw missing(path);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private void giveUpIfCancelled(Path path) {
        if (cancelled.getAsBoolean()) {
            throw new SnapshotCancelledException(path);
        }
    }

    private SnapshotContent readTree(String name, SnapshotFile expected) {
        CounterTree tree = CounterTree.create(history);
        boolean whole = false;
        try {
            SnapshotContent content = decode(name, expected, tree);
            whole = true;
            return content;
        } finally {
            if (!whole) {
                tree.release();
            }
        }
    }

    private SnapshotContent decode(String name, SnapshotFile expected, CounterTree tree) {
        Path path = disk.resolve(directory, name);
        try (DiskFile file = disk.open(path, Disk.Mode.READ)) {
            long bytes = file.size();
            if (expected != null && expected.bytes() != bytes) {
                throw new CorruptionException(path, -1, "a file of " + expected.bytes() + " bytes", bytes + " bytes");
            }
            MessagePackInput input = new MessagePackInput(path, file, bytes, cancelled);
            SnapshotDecoder decoder = new SnapshotDecoder(input, tree == null ? new KeySet() : new TreeSink(tree));
            decoder.decode();
            int crc = input.checksum();
            if (expected != null && expected.crc() != crc) {
                throw new CorruptionException(
                        path,
                        -1,
                        "a file whose CRC-32C is " + HexFormat.of().toHexDigits(expected.crc()),
                        HexFormat.of().toHexDigits(crc));
            }
            return new SnapshotContent(
                    tree, decoder.treeName(), decoder.store(), decoder.lsn(), decoder.keys(), bytes, crc);
        } catch (NoSuchFileException e) {
            throw missing(path);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private record TreeSink(CounterTree tree) implements CounterSink {
        @Override
        public void startBranch(int keys) {
            // the tree itself tells a key that comes twice
        }

        @Override
        public boolean accept(long key, BucketBuffer buckets) {
            return tree.restore(key, buckets);
        }
    }

    private static CorruptionException missing(Path path) {
        return new CorruptionException(path, -1, "a snapshot file", "no such file");
    }

    private static StorageException unreadable(Path path, IOException e) {
        return new StorageException("Could not read the snapshot: file=" + path + ", error=" + e, e);
    }
}
