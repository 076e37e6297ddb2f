package io.karmadb.server.http;

import io.karmadb.CheckpointActivity;
import io.karmadb.KarmaStore;
import io.karmadb.LogActivity;
import io.karmadb.RestoreReport;
import io.karmadb.Statistics;
import io.karmadb.StorageException;
import io.karmadb.StoreActivity;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store as metrics. */
final class StoreMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(StoreMetrics.class);
    private static final double NANOS_PER_SECOND = 1e9;

    /** From a microsecond to a minute or so. */
    private static final int LOG_NANOS_FIRST = 10;

    private static final int LOG_NANOS_LAST = 36;

    /** From a millisecond to a quarter of an hour or so. */
    private static final int CHECKPOINT_NANOS_FIRST = 20;

    private static final int CHECKPOINT_NANOS_LAST = 40;
    private static final int LINES_LAST = 16;

    private StoreMetrics() {}

    static void addTo(MetricList metrics, KarmaStore store) {
        StoreActivity activity = store.activity();
        addLog(metrics, activity.log());
        addCheckpoints(metrics, activity.checkpoints());
        addRestore(metrics, store.restoreReport());
        boolean complete = false;
        try {
            addStatistics(metrics, store.statistics());
            addSnapshots(metrics, SnapshotAges.of(store));
            complete = true;
        } catch (StorageException e) {
            LOG.atDebug().addKeyValue("event", "http.metrics").setCause(e).log("The directory cannot be read");
        }
        metrics.gauge(
                "karma_metrics_incomplete",
                "1 if the directory cannot be read, so that metrics of the store are missing here.",
                complete ? 0 : 1);
    }

    private static void addStatistics(MetricList metrics, Statistics statistics) {
        metrics.gauge("karma_trees", "Trees.", statistics.trees());
        metrics.gauge("karma_keys", "Keys in all trees.", statistics.keys());
        metrics.gauge(
                "karma_memory_bytes",
                "What the counters take, on the heap and outside it, estimated from table sizes.",
                statistics.memoryBytes());
        metrics.gauge("karma_snapshots", "Snapshot files in the directory.", statistics.snapshots());
        metrics.gauge("karma_wal_enabled", "1 if writes are logged, 0 if not.", statistics.walEnabled() ? 1 : 0);
        metrics.gauge("karma_wal_bytes", "The size of the log's files.", statistics.walBytes());
        metrics.counter(
                "karma_wal_lines", "Lines that have been logged since the store was made.", statistics.lastLsn());
        metrics.gauge(
                "karma_wal_pending_lines",
                "Lines that are not yet as durable as was asked for.",
                Math.max(0, statistics.lastLsn() - statistics.durableLsn()));
    }

    private static void addSnapshots(MetricList metrics, SnapshotAges ages) {
        if (ages.isKnown()) {
            metrics.gauge(
                    "karma_snapshot_age_seconds",
                    "How old the newest snapshot is of the tree where it is oldest.",
                    ages.oldestSeconds());
        }
        metrics.gauge("karma_trees_without_snapshot", "Trees that have no snapshot yet.", ages.without());
    }

    private static void addLog(MetricList metrics, LogActivity log) {
        metrics.seconds(
                "karma_wal_write_duration_seconds",
                "How long it takes to hand lines to the operating system.",
                log.writeNanos(),
                LOG_NANOS_FIRST,
                LOG_NANOS_LAST);
        metrics.seconds(
                "karma_wal_fsync_duration_seconds",
                "How long it takes to force the log to the device.",
                log.forceNanos(),
                LOG_NANOS_FIRST,
                LOG_NANOS_LAST);
        metrics.numbers(
                "karma_wal_group_lines",
                "How many lines are handed over together: the size of a group commit.",
                log.writeLines(),
                0,
                LINES_LAST);
        metrics.counter("karma_wal_written_bytes", "Bytes that have been logged since the start.", log.writtenBytes());
        metrics.gauge("karma_wal_segments", "Log files that the next checkpoint makes needless.", log.segments());
    }

    private static void addCheckpoints(MetricList metrics, CheckpointActivity checkpoints) {
        long failures = checkpoints.failures();
        metrics.add(CounterSnapshot.builder()
                .name("karma_checkpoints")
                .help("Checkpoints since the start, by outcome.")
                .dataPoint(outcome("ok", checkpoints.nanos().count() - failures))
                .dataPoint(outcome("failed", failures))
                .build());
        metrics.seconds(
                "karma_checkpoint_duration_seconds",
                "How long checkpoints take, also those that fail.",
                checkpoints.nanos(),
                CHECKPOINT_NANOS_FIRST,
                CHECKPOINT_NANOS_LAST);
        metrics.gauge(
                "karma_checkpoint_last_duration_seconds",
                "How long the last checkpoint took.",
                checkpoints.lastNanos() / NANOS_PER_SECOND);
        metrics.gauge(
                "karma_checkpoint_last_failed",
                "1 if the last checkpoint could not do everything, 0 if it could or there was none.",
                checkpoints.lastFailed() ? 1 : 0);
        metrics.gauge(
                "karma_checkpoint_last_success_timestamp_seconds",
                "When the last checkpoint ended that could do everything, as Unix time; 0 if there was none.",
                checkpoints.lastSuccessSeconds());
    }

    private static CounterDataPointSnapshot outcome(String outcome, long value) {
        return CounterDataPointSnapshot.builder()
                .value(value)
                .labels(Labels.of("outcome", outcome))
                .build();
    }

    private static void addRestore(MetricList metrics, RestoreReport restore) {
        metrics.gauge(
                "karma_restore_duration_seconds",
                "How long the restore at the start took.",
                restore.took().toNanos() / NANOS_PER_SECOND);
        metrics.gauge("karma_restore_snapshots", "Snapshot files that the restore read.", restore.snapshots());
        metrics.gauge("karma_restore_lines", "Lines of the log that the restore replayed.", restore.lines());
        metrics.gauge(
                "karma_restore_torn_bytes",
                "The size of the unfinished tail that the restore cut off the log.",
                restore.tornBytes());
        metrics.gauge(
                "karma_restore_warnings",
                "What was odd about the directory but did not stop the restore.",
                restore.warnings().size());
    }
}
