package io.karmadb.server.http;

import io.karmadb.Distribution;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.List;

/** The metrics of one scrape, being gathered. */
final class MetricList {
    private static final double NANOS_PER_SECOND = 1e9;

    private final List<MetricSnapshot> metrics = new ArrayList<>();

    void add(MetricSnapshot metric) {
        metrics.add(metric);
    }

    void gauge(String name, String help, double value) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        Unit unit = unitOf(name);
        if (unit != null) {
            gauge.unit(unit);
        }
        add(gauge.dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build());
    }

    /** Adds a counter; its name is without {@code _total}. */
    void counter(String name, String help, double value) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        Unit unit = unitOf(name);
        if (unit != null) {
            counter.unit(unit);
        }
        add(counter.dataPoint(CounterDataPointSnapshot.builder().value(value).build())
                .build());
    }

    /** Adds the histogram of durations that were counted in nanoseconds; the bounds are from 2^first to 2^last of them. */
    void seconds(String name, String help, Distribution nanos, int first, int last) {
        histogram(name, help, Unit.SECONDS, nanos, first, last, NANOS_PER_SECOND);
    }

    /** Adds a histogram of plain numbers; the bounds are from 2^first to 2^last. */
    void numbers(String name, String help, Distribution values, int first, int last) {
        histogram(name, help, null, values, first, last, 1);
    }

    private void histogram(
            String name, String help, Unit unit, Distribution values, int first, int last, double perUnit) {
        double[] bounds = new double[last - first + 2];
        long[] counts = new long[bounds.length];
        for (int bucket = 0; bucket < Distribution.BUCKETS; bucket++) {
            counts[Math.max(0, Math.min(bucket - first, counts.length - 1))] += values.count(bucket);
        }
        for (int i = 0; i < bounds.length - 1; i++) {
            bounds[i] = (1L << first + i) / perUnit;
        }
        bounds[bounds.length - 1] = Double.POSITIVE_INFINITY;
        HistogramSnapshot.Builder histogram =
                HistogramSnapshot.builder().name(name).help(help);
        if (unit != null) {
            histogram.unit(unit);
        }
        add(histogram
                .dataPoint(point(bounds, counts, values.sum() / perUnit, Labels.EMPTY))
                .build());
    }

    static HistogramDataPointSnapshot point(double[] bounds, long[] counts, double sum, Labels labels) {
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts))
                .sum(sum)
                .labels(labels)
                .build();
    }

    private static Unit unitOf(String name) {
        if (name.endsWith("_seconds")) {
            return Unit.SECONDS;
        }
        return name.endsWith("_bytes") ? Unit.BYTES : null;
    }

    MetricSnapshots snapshots() {
        return new MetricSnapshots(metrics);
    }
}
