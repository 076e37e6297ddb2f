package io.karmadb.server.command;

import io.karmadb.Statistics;
import java.util.Locale;

/** The figures in the text format of Prometheus, version 0.0.4. */
final class MetricsText {
    private final StringBuilder text = new StringBuilder(1536);

    private MetricsText() {}

    static String of(Statistics statistics, ServerFigures figures) {
        RequestTotals totals = figures.totals();
        MetricsText metrics = new MetricsText();
        metrics.add("karma_uptime_seconds", "gauge", "Seconds since the server started.", figures.uptimeSeconds());
        metrics.add("karma_trees", "gauge", "Trees.", statistics.trees());
        metrics.add("karma_keys", "gauge", "Keys in all trees.", statistics.keys());
        metrics.add("karma_dumps", "gauge", "Snapshot files in the directory.", statistics.snapshots());
        metrics.add("karma_wal_bytes", "gauge", "Size of the write-ahead log.", statistics.walBytes());
        metrics.add("karma_memory_bytes", "gauge", "Estimated memory of the counters.", statistics.memoryBytes());
        metrics.add("karma_commands_total", "counter", "Commands answered.", totals.requests());
        metrics.add("karma_errors_total", "counter", "Commands answered with an error.", totals.errors());
        metrics.add(
                "karma_command_latency_ms",
                "gauge",
                "Latency of the last command in milliseconds.",
                millis(figures.latencyMillisLast()));
        metrics.add(
                "karma_command_latency_ms_average",
                "gauge",
                "Average latency of all commands in milliseconds.",
                millis(ServerFigures.latencyMillisAverage(totals)));
        return metrics.text.toString();
    }

    static String millis(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private void add(String name, String type, String help, Object value) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        text.append(name).append(' ').append(value).append('\n');
    }
}
