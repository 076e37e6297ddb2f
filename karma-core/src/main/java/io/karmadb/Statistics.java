package io.karmadb;

/**
 * A store's figures at some moment.
 *
 * @param trees the number of trees
 * @param keys the number of keys in all trees
 * @param snapshots the number of snapshot files in the directory
 * @param walEnabled whether writes are logged
 * @param walBytes the size of the log's files
 * @param memoryBytes what the counters take, on the heap and outside it, estimated from table sizes
 * @param lastLsn the LSN given to the last command
 * @param durableLsn the LSN up to which commands have been acknowledged or may be
 */
public record Statistics(
        int trees,
        long keys,
        int snapshots,
        boolean walEnabled,
        long walBytes,
        long memoryBytes,
        long lastLsn,
        long durableLsn) {}
