package io.karmadb.client;

/**
 * A server's figures.
 *
 * @param uptimeSeconds how long it has been running
 * @param trees how many trees it has
 * @param keys how many keys, of all trees
 * @param snapshots how many snapshot files
 * @param walEnabled whether it has a log
 * @param walBytes how long that is
 * @param memoryBytes what the counters take, about
 * @param commands how many commands it has answered
 * @param errors how many of them with an error
 * @param latencyMillisAverage how long a command takes on average
 * @param latencyMillisLast how long the last one took
 */
public record Statistics(
        long uptimeSeconds,
        long trees,
        long keys,
        long snapshots,
        boolean walEnabled,
        long walBytes,
        long memoryBytes,
        long commands,
        long errors,
        double latencyMillisAverage,
        double latencyMillisLast) {}
