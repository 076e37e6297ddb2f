package io.karmadb;

/**
 * What a store's write-ahead log has done since it was opened.
 *
 * @param writeNanos how long it took each time to hand lines to the operating system, in nanoseconds
 * @param writeLines how many lines were handed over each time: the size of a group commit
 * @param forceNanos how long it took each time to force the log to the device, in nanoseconds
 * @param writtenBytes how many bytes were handed over
 * @param segments the number of files that await the next checkpoint, {@code karma.wal} not among them
 */
public record LogActivity(
        Distribution writeNanos, Distribution writeLines, Distribution forceNanos, long writtenBytes, int segments) {
    /** That of a store without a log. */
    public static final LogActivity NONE =
            new LogActivity(Distribution.EMPTY, Distribution.EMPTY, Distribution.EMPTY, 0, 0);
}
