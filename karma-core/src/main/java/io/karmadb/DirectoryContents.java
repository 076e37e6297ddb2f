package io.karmadb;

import io.karmadb.engine.Engine;
import java.util.List;

/**
 * What a directory holds that no store has open: read into memory as {@link KarmaStore#open} would read it, while nothing
 * there is made or changed, so that it works on a directory that may not be written to.
 *
 * <pre>{@code
 * KarmaOptions options = KarmaOptions.builder().directory(Path.of("data")).build();
 * try (DirectoryContents contents = DirectoryContents.read(options, ReadProgress.NONE)) {
 *     contents.trees().forEach(System.out::println);
 * }
 * }</pre>
 *
 * <p><b>Memory and time.</b> As much of both as opening the store. Once it has been read the directory is no longer needed.
 *
 * <p><b>Threads.</b> Not safe for several at once.
 */
public interface DirectoryContents extends AutoCloseable {
    /**
     * Reads a directory.
     *
     * @param options names it; history, clock and zone are as for {@link KarmaStore#open}, the rest does not matter
     * @param progress is told how far the reading has got
     * @return what it holds
     * @throws IllegalArgumentException if the options name no directory
     * @throws DirectoryLockedException if the directory is open in a store, or was opened meanwhile
     * @throws CorruptionException if a file does not hold what it must
     * @throws RestoreException if a store could not be opened there
     * @throws MissingJvmFlagsException if the kind of history needs JVM flags that are missing
     * @throws StorageException if there is no such directory, or it cannot be read
     */
    static DirectoryContents read(KarmaOptions options, ReadProgress progress)
            throws DirectoryLockedException, CorruptionException, RestoreException, MissingJvmFlagsException,
                    StorageException {
        return Engine.read(options, progress);
    }

    /**
     * Lists the trees.
     *
     * @return their names in order of creation
     */
    List<String> trees();

    /**
     * Returns the number of keys of a tree.
     *
     * @param tree its name
     * @return 0 or more
     * @throws TreeNotFoundException if there is no such tree
     */
    long keyCount(String tree) throws TreeNotFoundException;

    /**
     * Shows every key of a tree, in ascending order, with its buckets in a range; also keys without any.
     *
     * @param tree the tree's name
     * @param range the days
     * @param visitor called for each key on this thread
     * @throws TreeNotFoundException if there is no such tree
     */
    void find(String tree, DayRange range, CounterVisitor visitor) throws TreeNotFoundException;

    /**
     * Tells what was odd: a torn tail of the log, which a start would cut off, or a damaged snapshot that gave way to an
     * older one.
     *
     * @return one text each; empty if nothing was
     */
    List<String> warnings();

    /** Frees the memory. */
    @Override
    void close();
}
