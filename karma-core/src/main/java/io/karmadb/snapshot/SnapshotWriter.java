package io.karmadb.snapshot;

import io.karmadb.StorageException;
import io.karmadb.counter.BucketBuffer;
import io.karmadb.counter.CounterBatch;
import io.karmadb.counter.CounterTree;
import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Writes snapshot files while others go on changing the tree: some hundred keys at a time are copied under their branch's
 * lock, and written with no lock held. So each key is as it was at some moment during {@link #write}.
 *
 * <p>A file is made in two steps. {@link #write} makes it under a temporary name and forces it; the caller forces the log
 * up to {@link WrittenSnapshot#lastLsn}; {@link #publish} gives it its name. What was written and is not wanted after all
 * is for {@link #discard}.
 *
 * <p><b>Threads:</b> any number at once, for different names. Beside 256 KiB it takes the keys of one branch and the
 * buckets of {@value #KEYS_PER_COPY} keys in memory.
 */
public final class SnapshotWriter {
    /** Long enough that the lock costs little, short enough that nobody who waits for it notices. */
    private static final int KEYS_PER_COPY = 256;

    private final Disk disk;
    private final Path directory;
    private final boolean automatic;

    /**
     * Makes a writer of snapshots that somebody has asked for.
     *
     * @param disk the way to the files
     * @param directory where they are made
     */
    public SnapshotWriter(Disk disk, Path directory) {
        this(disk, directory, false);
    }

    /**
     * Makes a writer.
     *
     * @param disk the way to the files
     * @param directory where they are made
     * @param automatic whether nobody has asked for the snapshots; the files say so
     */
    public SnapshotWriter(Disk disk, Path directory, boolean automatic) {
        this.automatic = automatic;
        this.disk = Objects.requireNonNull(disk, "disk");
        this.directory = Objects.requireNonNull(directory, "directory");
    }

    /**
     * Writes a tree to a temporary file and forces it. A file left over under that temporary name is deleted first.
     *
     * @param name the name that the file will have
     * @param tree the counters, retained by the caller until this returns; dropped meanwhile or not
     * @param store the manifest's store id, not empty
     * @param treeName the tree's true name, which the file tells again
     * @param lsn the last LSN given out when the snapshot was begun, 0 or more
     * @param cancelled asked before every copy, by this thread: true makes it give up
     * @return what was written: its bytes survive a crash, its temporary name need not
     * @throws StorageException if the file system refuses; no temporary file is left, unless that cannot be deleted either
     * @throws SnapshotCancelledException on request; no temporary file is left
     */
    public WrittenSnapshot write(
            SnapshotName name, CounterTree tree, String store, String treeName, long lsn, BooleanSupplier cancelled)
            throws StorageException, SnapshotCancelledException {
        Path temporary = disk.resolve(directory, name.temporaryName());
        try {
            deleteIfThere(temporary);
            try (DiskFile file = disk.open(temporary, Disk.Mode.CREATE)) {
                return writeTo(file, temporary, name, tree, store, treeName, lsn, cancelled);
            }
        } catch (IOException e) {
            StorageException failure = new StorageException(
                    "Could not write the snapshot; the tree keeps its earlier one: file=" + temporary + ", error=" + e,
                    e);
            deleteAfter(failure, temporary);
            throw failure;
        } catch (RuntimeException | Error e) {
            deleteAfter(e, temporary);
            throw e;
        }
    }

    private void deleteAfter(Throwable failure, Path temporary) {
        try {
            deleteIfThere(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private WrittenSnapshot writeTo(
            DiskFile file,
            Path temporary,
            SnapshotName name,
            CounterTree tree,
            String store,
            String treeName,
            long lsn,
            BooleanSupplier cancelled)
            throws IOException {
        MessagePackOutput output = new MessagePackOutput(file);
        output.writeMapHeader(automatic ? 7 : 6);
        int branches = tree.branchCount();
        output.writeString(SnapshotDecoder.BRANCHES_NUM);
        output.writeUnsigned(branches);
        output.writeString(SnapshotDecoder.BRANCHES);
        output.writeArrayHeader(branches);
        CounterBatch batch = new CounterBatch();
        long keyCount = 0;
        long lastLsn = lsn;
        for (int branch = 0; branch < branches; branch++) {
            long[] keys = tree.keys(branch);
            output.writeMapHeader(keys.length);
            for (int from = 0; from < keys.length; from += KEYS_PER_COPY) {
                if (cancelled.getAsBoolean()) {
                    throw new SnapshotCancelledException(temporary);
                }
                int to = Math.min(from + KEYS_PER_COPY, keys.length);
                tree.copy(branch, keys, from, to, 0, Integer.MAX_VALUE, batch);
                if (batch.size() != to - from) {
                    throw new IllegalStateException("a key of the branch went away: tree=" + treeName + ", branch="
                            + branch + ", keys=" + (to - from) + ", copied=" + batch.size());
                }
                writeCounters(output, batch);
                lastLsn = Math.max(lastLsn, batch.lsn());
            }
            keyCount += keys.length;
        }
        output.writeString(SnapshotDecoder.STORE);
        output.writeString(store);
        if (automatic) {
            output.writeEncoded(SnapshotTail.AUTOMATIC_FIELD);
        }
        output.writeString(SnapshotDecoder.TREE_NAME);
        output.writeString(treeName);
        output.writeString(SnapshotDecoder.LSN);
        output.writeUnsigned(lsn);
        output.writeString(SnapshotDecoder.CRC);
        output.writeFixedUnsigned32(output.checksum());
        SnapshotFile written = new SnapshotFile(name.fileName(), output.bytes(), output.checksum());
        file.force();
        return new WrittenSnapshot(written, keyCount, lastLsn);
    }

    private static void writeCounters(MessagePackOutput output, CounterBatch batch) throws IOException {
        BucketBuffer buckets = batch.buckets();
        for (int i = 0; i < batch.size(); i++) {
            output.writeUnsigned(batch.key(i));
            output.writeMapHeader(2);
            output.writeEncoded(SnapshotDecoder.TABLE);
            output.writeMapHeader(batch.endBucket(i) - batch.firstBucket(i));
            long total = 0;
            for (int bucket = batch.firstBucket(i); bucket < batch.endBucket(i); bucket++) {
                output.writeUnsigned(buckets.day(bucket));
                output.writeUnsigned(buckets.count(bucket));
                total += buckets.count(bucket);
            }
            assert total == batch.total(i)
                    : "key=" + Long.toUnsignedString(batch.key(i)) + ", total=" + Long.toUnsignedString(batch.total(i))
                            + ", sum of buckets=" + Long.toUnsignedString(total);
            output.writeEncoded(SnapshotDecoder.TOTAL);
            output.writeUnsigned(total);
        }
    }

    /**
     * Gives a written snapshot its name, and makes that survive a crash.
     *
     * @param snapshot what {@link #write} returned
     * @throws StorageException if that is not sure: there may be a whole file of this name then, or none; what has the
     *     temporary name is deleted. A file that has the name already is never replaced
     */
    public void publish(WrittenSnapshot snapshot) throws StorageException {
        Path temporary = temporaryOf(snapshot);
        Path published = disk.resolve(directory, snapshot.file().name());
        try {
            if (disk.exists(published)) {
                throw new FileAlreadyExistsException(published.toString());
            }
            disk.rename(temporary, published);
            disk.forceDirectory(directory);
        } catch (IOException e) {
            StorageException failure = new StorageException(
                    "Could not publish the snapshot; the tree keeps its earlier one: file=" + published + ", error="
                            + e,
                    e);
            deleteAfter(failure, temporary);
            throw failure;
        }
    }

    /**
     * Deletes a written snapshot that was not published. Does nothing if it is not there.
     *
     * @param snapshot what {@link #write} returned
     * @throws StorageException if it cannot be deleted: the next start will do it
     */
    public void discard(WrittenSnapshot snapshot) throws StorageException {
        Path temporary = temporaryOf(snapshot);
        try {
            deleteIfThere(temporary);
        } catch (IOException e) {
            throw new StorageException("Could not delete the temporary file: file=" + temporary + ", error=" + e, e);
        }
    }

    private Path temporaryOf(WrittenSnapshot snapshot) {
        return disk.resolve(directory, snapshot.file().name() + SnapshotName.TEMPORARY_SUFFIX);
    }

    private void deleteIfThere(Path file) throws IOException {
        try {
            disk.delete(file);
        } catch (NoSuchFileException e) {
            return; // what was wanted
        }
    }
}
