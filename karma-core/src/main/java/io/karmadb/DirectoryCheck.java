package io.karmadb;

import io.karmadb.engine.Engine;

/**
 * Checks the directory of a store that is not open: reads every file in it and its checksums, whether a restore needs it or
 * not, goes on after a problem, and tries what a restore would give.
 *
 * <pre>{@code
 * CheckReport report = DirectoryCheck.run(KarmaOptions.builder().directory(Path.of("data")).build());
 * report.problems().forEach(System.out::println);
 * }</pre>
 *
 * <p><b>Reads only.</b> {@link #run} makes and changes nothing, so that it works on a directory that may not be written to.
 * While it runs it holds a lock on {@code karma.lock}, if that is there, with which no store opens; the directory of an
 * older server has none.
 *
 * <p><b>Memory and time.</b> Trying a restore takes as much of both as opening the store; before that every file is read.
 *
 * <p><b>Threads.</b> Any. One check of a directory at a time in one process; any number in several.
 */
public final class DirectoryCheck {
    private DirectoryCheck() {}

    /**
     * Checks a directory.
     *
     * @param options names the directory; history, clock and zone are as for {@link KarmaStore#open}, the rest does not
     *     matter
     * @return what was found, also if much is wrong
     * @throws IllegalArgumentException if the options name no directory
     * @throws DirectoryLockedException if the directory is open in a store, or was opened meanwhile
     * @throws MissingJvmFlagsException if the kind of history needs JVM flags that are missing
     * @throws StorageException if there is no such directory or it cannot be listed
     */
    public static CheckReport run(KarmaOptions options)
            throws DirectoryLockedException, MissingJvmFlagsException, StorageException {
        return run(options, ReadProgress.NONE);
    }

    /**
     * Checks a directory and tells how far it has got.
     *
     * @param options names the directory; history, clock and zone are as for {@link KarmaStore#open}, the rest does not
     *     matter
     * @param progress is told
     * @return what was found, also if much is wrong
     * @throws IllegalArgumentException if the options name no directory
     * @throws DirectoryLockedException if the directory is open in a store, or was opened meanwhile
     * @throws MissingJvmFlagsException if the kind of history needs JVM flags that are missing
     * @throws StorageException if there is no such directory or it cannot be listed
     */
    public static CheckReport run(KarmaOptions options, ReadProgress progress)
            throws DirectoryLockedException, MissingJvmFlagsException, StorageException {
        return Engine.check(options, progress);
    }

    /**
     * Checks a directory, and if nothing is wrong but a torn tail, does with that what a start would do: keeps it in
     * {@code karma.wal.<LSN>.torn}, cuts it off, and forces both. Then checks again. Where anything else is wrong nothing
     * is changed. Neither is the log of an older server before a start has taken it over, since its lines belong to the day
     * of the file's last change.
     *
     * <p>The directory is locked as by a store that opens it; a missing {@code karma.lock} is made.
     *
     * @param options names the directory; history, clock and zone are as for {@link KarmaStore#open}, the rest does not
     *     matter
     * @param progress is told how far the check has got
     * @return what was found after the repair, or instead of it; {@link CheckReport#repaired} tells which
     * @throws IllegalArgumentException if the options name no directory
     * @throws DirectoryLockedException if the directory is open in a store
     * @throws MissingJvmFlagsException if the kind of history needs JVM flags that are missing
     * @throws StorageException if there is no such directory, or it cannot be listed, locked or repaired
     */
    public static CheckReport repair(KarmaOptions options, ReadProgress progress)
            throws DirectoryLockedException, MissingJvmFlagsException, StorageException {
        return Engine.repair(options, progress);
    }
}
