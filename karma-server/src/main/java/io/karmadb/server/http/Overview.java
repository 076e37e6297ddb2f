package io.karmadb.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.karmadb.CheckpointActivity;
import io.karmadb.Distribution;
import io.karmadb.KarmaStore;
import io.karmadb.LogActivity;
import io.karmadb.RestoreReport;
import io.karmadb.Statistics;
import io.karmadb.StorageException;
import io.karmadb.server.command.LatencyScale;
import io.karmadb.server.command.RequestTotals;
import io.karmadb.server.protocol.Command;
import io.karmadb.server.protocol.ErrorCode;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * {@code /api/overview}: all that the dashboard shows but single counters. Counts are since the start; whoever asks twice
 * has what happened in between.
 */
final class Overview {
    private final Supplier<Stage> stage;

    Overview(Supplier<Stage> stage) {
        this.stage = stage;
    }

    Reply answer() {
        Stage now = stage.get();
        return Json.object(json -> {
            json.writeStringField("version", Version.text());
            json.writeStringField("state", now.state().text);
            Served served = now.served();
            if (served != null) {
                KarmaStore store = served.store();
                json.writeStringField("message", store.health().message());
                json.writeNumberField("uptimeSeconds", served.figures().uptimeSeconds());
                json.writeNumberField("today", store.today());
                json.writeNumberField("connections", served.connections().getAsInt());
                store(json, store);
                log(json, store.activity().log());
                checkpoints(json, store.activity().checkpoints());
                restore(json, store.restoreReport());
                commands(json, served.figures().totals());
            } else {
                json.writeStringField("message", now.restoreProgress().get());
            }
            Runtime runtime = Runtime.getRuntime();
            json.writeNumberField("heapBytes", runtime.totalMemory() - runtime.freeMemory());
            json.writeNumberField("heapBytesMax", runtime.maxMemory());
        });
    }

    private static void store(JsonGenerator json, KarmaStore store) throws IOException {
        Statistics statistics;
        SnapshotAges ages;
        try {
            statistics = store.statistics();
            ages = SnapshotAges.of(store);
        } catch (StorageException e) {
            json.writeStringField("incomplete", "The directory cannot be read");
            return;
        }
        json.writeNumberField("trees", statistics.trees());
        json.writeNumberField("keys", statistics.keys());
        json.writeNumberField("memoryBytes", statistics.memoryBytes());
        json.writeBooleanField("walEnabled", statistics.walEnabled());
        json.writeNumberField("walBytes", statistics.walBytes());
        json.writeNumberField("pendingLines", Math.max(0, statistics.lastLsn() - statistics.durableLsn()));
        Json.unsigned(json, "lastLsn", statistics.lastLsn());
        json.writeNumberField("snapshots", statistics.snapshots());
        json.writeNumberField("treesWithoutSnapshot", ages.without());
        if (ages.isKnown()) {
            json.writeNumberField("snapshotAgeSeconds", ages.oldestSeconds());
        }
    }

    private static void log(JsonGenerator json, LogActivity log) throws IOException {
        json.writeNumberField("walSegments", log.segments());
        json.writeNumberField("walWrittenBytes", log.writtenBytes());
        distribution(json, "forceNanos", log.forceNanos());
        distribution(json, "writeLines", log.writeLines());
    }

    private static void distribution(JsonGenerator json, String field, Distribution distribution) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeNumberField("sum", distribution.sum());
        json.writeArrayFieldStart("counts");
        for (int bucket = 0; bucket < Distribution.BUCKETS; bucket++) {
            json.writeNumber(distribution.count(bucket));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void checkpoints(JsonGenerator json, CheckpointActivity checkpoints) throws IOException {
        json.writeNumberField("checkpoints", checkpoints.nanos().count());
        json.writeNumberField("checkpointFailures", checkpoints.failures());
        json.writeBooleanField("checkpointFailed", checkpoints.lastFailed());
        json.writeNumberField("checkpointNanos", checkpoints.lastNanos());
        json.writeNumberField("checkpointSuccessSeconds", checkpoints.lastSuccessSeconds());
    }

    private static void restore(JsonGenerator json, RestoreReport restore) throws IOException {
        json.writeNumberField("restoreNanos", restore.took().toNanos());
        json.writeNumberField("restoreSnapshots", restore.snapshots());
        json.writeNumberField("restoreLines", restore.lines());
    }

    private static void commands(JsonGenerator json, RequestTotals totals) throws IOException {
        json.writeArrayFieldStart("latencyBoundsNanos");
        for (int bucket = 0; bucket < LatencyScale.BUCKETS - 1; bucket++) {
            json.writeNumber(LatencyScale.boundNanos(bucket));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("commands");
        for (Command command : Command.values()) {
            command(json, command, totals);
        }
        command(json, null, totals);
        json.writeEndArray();
    }

    private static void command(JsonGenerator json, Command command, RequestTotals totals) throws IOException {
        long errors = 0;
        for (ErrorCode error : ErrorCode.values()) {
            errors += totals.answers(command, error);
        }
        long succeeded = totals.answers(command, null);
        if (succeeded + errors == 0) {
            return;
        }
        json.writeStartObject();
        json.writeStringField("name", RequestMetrics.name(command));
        json.writeNumberField("ok", succeeded);
        json.writeNumberField("errors", errors);
        json.writeNumberField("nanos", totals.nanos(command));
        json.writeArrayFieldStart("counts");
        for (int bucket = 0; bucket < LatencyScale.BUCKETS; bucket++) {
            json.writeNumber(totals.latencies(command, bucket));
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
