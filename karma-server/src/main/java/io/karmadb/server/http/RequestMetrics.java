package io.karmadb.server.http;

import io.karmadb.server.command.LatencyScale;
import io.karmadb.server.command.RequestTotals;
import io.karmadb.server.protocol.Command;
import io.karmadb.server.protocol.ErrorCode;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The requests of the protocol as metrics. */
final class RequestMetrics {
    /** Of lines that name no command that there is. */
    static final String NO_COMMAND = "none";

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double[] BOUNDS_SECONDS = bounds();

    /** Each command, and null for none. */
    private static final List<Command> COMMANDS = commands();

    private RequestMetrics() {}

    private static List<Command> commands() {
        List<Command> commands = new ArrayList<>(Arrays.asList(Command.values()));
        commands.add(null);
        return commands;
    }

    /** Every doubling is enough for those who store them. */
    private static double[] bounds() {
        int doublings = (LatencyScale.BUCKETS - 2) / LatencyScale.BUCKETS_PER_DOUBLING;
        double[] bounds = new double[doublings + 2];
        for (int i = 0; i <= doublings; i++) {
            bounds[i] = LatencyScale.boundNanos(i * LatencyScale.BUCKETS_PER_DOUBLING) / NANOS_PER_SECOND;
        }
        bounds[doublings + 1] = Double.POSITIVE_INFINITY;
        return bounds;
    }

    static String name(Command command) {
        return command == null ? NO_COMMAND : command.text();
    }

    static void addTo(MetricList metrics, RequestTotals totals) {
        CounterSnapshot.Builder answered = CounterSnapshot.builder()
                .name("karma_commands")
                .help("Requests that have been answered, by command and outcome: ok, or the error code.");
        HistogramSnapshot.Builder latencies = HistogramSnapshot.builder()
                .name("karma_command_duration_seconds")
                .help("From the taking up of a request until its answer is handed over to the system.")
                .unit(Unit.SECONDS);
        for (Command command : COMMANDS) {
            long requests = addAnswers(answered, command, totals);
            if (requests > 0) {
                latencies.dataPoint(MetricList.point(
                        BOUNDS_SECONDS,
                        buckets(command, totals),
                        totals.nanos(command) / NANOS_PER_SECOND,
                        Labels.of("command", name(command))));
            }
        }
        metrics.add(answered.build());
        metrics.add(latencies.build());
    }

    private static long addAnswers(CounterSnapshot.Builder answered, Command command, RequestTotals totals) {
        long requests = 0;
        for (int i = -1; i < ErrorCode.values().length; i++) {
            ErrorCode error = i < 0 ? null : ErrorCode.values()[i];
            long answers = totals.answers(command, error);
            requests += answers;
            if (answers > 0 || error == null && command != null) {
                answered.dataPoint(CounterDataPointSnapshot.builder()
                        .value(answers)
                        .labels(Labels.of("command", name(command), "outcome", error == null ? "ok" : error.text()))
                        .build());
            }
        }
        return requests;
    }

    private static long[] buckets(Command command, RequestTotals totals) {
        long[] counts = new long[BOUNDS_SECONDS.length];
        for (int bucket = 0; bucket < LatencyScale.BUCKETS; bucket++) {
            int doubling = (bucket + LatencyScale.BUCKETS_PER_DOUBLING - 1) / LatencyScale.BUCKETS_PER_DOUBLING;
            counts[Math.min(doubling, counts.length - 1)] += totals.latencies(command, bucket);
        }
        return counts;
    }
}
