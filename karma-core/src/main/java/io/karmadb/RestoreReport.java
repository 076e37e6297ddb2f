package io.karmadb;

import java.time.Duration;
import java.util.List;

/**
 * What opening a store read.
 *
 * @param snapshots the number of snapshot files loaded
 * @param lines the number of log lines replayed
 * @param olderLines how many of these came from an older server and carry no day: they count for the day of the log
 *     file's last change
 * @param tornBytes the size of the unfinished tail that was cut off the log and kept in a {@code .torn} file; 0 for none
 * @param trees the number of trees
 * @param keys the number of keys
 * @param warnings what was odd but did not stop it: ignored files, a snapshot that gave way to an older one
 * @param took how long it took
 */
public record RestoreReport(
        int snapshots,
        long lines,
        long olderLines,
        long tornBytes,
        int trees,
        long keys,
        List<String> warnings,
        Duration took) {}
