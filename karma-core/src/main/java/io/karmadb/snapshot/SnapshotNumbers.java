package io.karmadb.snapshot;

import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives new snapshots their numbers: the time, but always above the newest of the tree, and never with a name that a file
 * has. Knows the directory as it was when {@link SnapshotCatalog#numbers} looked, and what it has given out since, so that
 * a checkpoint of thousands of trees lists the directory once. Not for several threads at once.
 */
public final class SnapshotNumbers {
    private final Disk disk;
    private final Path directory;

    /** The highest number by the text that stands for the tree in the file's name. */
    private final Map<String, Long> newest = new HashMap<>();

    SnapshotNumbers(Disk disk, Path directory, List<String> fileNames) {
        this.disk = disk;
        this.directory = directory;
        for (String fileName : fileNames) {
            SnapshotName.parse(fileName).ifPresent(name -> newest.merge(name.treeName(), name.seconds(), Math::max));
        }
    }

    /**
     * Returns the number for a new snapshot.
     *
     * @param tree the tree's true name
     * @param now Unix time in seconds, 0 or more
     * @return {@code now} or more; not given out again for this tree
     * @throws StorageException if a file of the tree has the highest number there is
     */
    public long next(String tree, long now) throws StorageException {
        String encoded = TreeNameEncoding.encode(tree);
        // An older server's file has the name as it is.
        long before = Math.max(newest.getOrDefault(encoded, -1L), newest.getOrDefault(tree, -1L));
        long seconds = Math.max(now, above(before, tree));
        // A file system that ignores the case of letters has one name for two trees.
        while (disk.exists(
                disk.resolve(directory, SnapshotName.of(seconds, tree).fileName()))) {
            seconds = above(seconds, tree);
        }
        newest.put(encoded, seconds);
        return seconds;
    }

    private long above(long seconds, String tree) {
        if (seconds == Long.MAX_VALUE) {
            throw new StorageException(
                    "No later snapshot of the tree can be named; give this file a lower number: file=" + directory + "/"
                            + SnapshotName.of(seconds, tree));
        }
        return seconds + 1;
    }
}
