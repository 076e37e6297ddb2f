package io.karmadb;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a checkpoint did.
 *
 * @param snapshots the snapshots that it wrote
 * @param failures the trees whose snapshot failed, with the reason; they keep their earlier one, and the log that they
 *     need
 * @param pruned the number of older snapshot files that it deleted
 * @param walBytesFreed the size of the log files that it deleted
 * @param took how long it took
 */
public record CheckpointReport(
        List<SnapshotInfo> snapshots, Map<String, String> failures, int pruned, long walBytesFreed, Duration took) {}
