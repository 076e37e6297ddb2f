package io.karmadb.micrometer;

import io.karmadb.Distribution;
import io.karmadb.Statistics;
import io.karmadb.StoreHealth;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/** Registers the meters of one store. They ask its {@link Figures}, which live as long as they do. */
final class Meters {
    /** A microsecond, a minute, a millisecond and a quarter of an hour or so, as powers of two of nanoseconds. */
    private static final int LOG_NANOS_FIRST = 10;

    private static final int LOG_NANOS_LAST = 36;
    private static final int CHECKPOINT_NANOS_FIRST = 20;
    private static final int CHECKPOINT_NANOS_LAST = 40;
    private static final int LINES_LAST = 16;
    private static final double NANOS_PER_SECOND = 1e9;

    private static final String BYTES = "bytes";
    private static final String LINES = "lines";

    private final MeterRegistry registry;
    private final Tags tags;
    private final Figures figures;
    private final boolean buckets;
    private final Set<Meter> registered = Collections.newSetFromMap(new IdentityHashMap<>());

    Meters(MeterRegistry registry, Tags tags, Figures figures, boolean buckets) {
        this.buckets = buckets;
        this.registry = registry;
        this.tags = tags;
        this.figures = figures;
    }

    Set<Meter> register() {
        health();
        counters();
        log();
        checkpoints();
        restore();
        return registered;
    }

    private void health() {
        for (StoreHealth.State state : StoreHealth.State.values()) {
            add(Gauge.builder(
                            KarmaMetrics.HEALTH,
                            () -> figures.state(store -> store.health().state() == state ? 1 : 0))
                    .description("1 for the state that the store is in, 0 for the others")
                    .tags(tags.and("state", state.name().toLowerCase(Locale.ROOT)))
                    .register(registry));
        }
        gauge(
                "karma.metrics.incomplete",
                null,
                "1 if the directory cannot be read, so that figures of the store are missing",
                figures::incomplete);
    }

    private void counters() {
        statistic("karma.trees", null, "Trees", Statistics::trees);
        statistic("karma.keys", null, "Keys in all trees", Statistics::keys);
        statistic(
                "karma.memory.bytes",
                BYTES,
                "What the counters take, on the heap and outside it, estimated from table sizes",
                Statistics::memoryBytes);
        statistic("karma.snapshots", null, "Snapshot files in the directory", Statistics::snapshots);
    }

    private void log() {
        statistic("karma.wal.enabled", null, "1 if writes are logged, 0 if not", now -> now.walEnabled() ? 1 : 0);
        statistic("karma.wal.bytes", BYTES, "The size of the log's files", Statistics::walBytes);
        statistic(
                "karma.wal.pending.lines",
                LINES,
                "Lines that are not yet as durable as was asked for",
                now -> Math.max(0, now.lastLsn() - now.durableLsn()));
        gauge(
                "karma.wal.segments",
                null,
                "Log files that the next checkpoint makes needless",
                () -> figures.state(store -> store.activity().log().segments()));
        count("karma.wal.lines", LINES, "Lines that have been logged since the store was made", figures::lines);
        count(
                "karma.wal.written.bytes",
                BYTES,
                "Bytes that have been logged since the store was opened",
                () -> figures.activity().log().writtenBytes());
        timer(
                "karma.wal.write.duration",
                "How long it takes to hand lines to the operating system",
                () -> figures.activity().log().writeNanos(),
                LOG_NANOS_FIRST,
                LOG_NANOS_LAST);
        timer(
                "karma.wal.fsync.duration",
                "How long it takes to force the log to the device",
                () -> figures.activity().log().forceNanos(),
                LOG_NANOS_FIRST,
                LOG_NANOS_LAST);
        count(
                "karma.wal.group.lines",
                LINES,
                "Lines that were handed over together; divided by the number of writes, the size of a group commit",
                () -> figures.activity().log().writeLines().sum());
        buckets("karma.wal.group.lines", () -> figures.activity().log().writeLines(), 0, LINES_LAST, 1);
    }

    private void checkpoints() {
        outcome(
                "ok",
                () -> figures.activity().checkpoints().nanos().count()
                        - figures.activity().checkpoints().failures());
        outcome("failed", () -> figures.activity().checkpoints().failures());
        timer(
                "karma.checkpoint.duration",
                "How long checkpoints take, also those that fail",
                () -> figures.activity().checkpoints().nanos(),
                CHECKPOINT_NANOS_FIRST,
                CHECKPOINT_NANOS_LAST);
        time(
                "karma.checkpoint.last.duration",
                TimeUnit.NANOSECONDS,
                "How long the last checkpoint took",
                () -> figures.state(store -> store.activity().checkpoints().lastNanos()));
        gauge(
                "karma.checkpoint.last.failed",
                null,
                "1 if the last checkpoint could not do everything, 0 if it could or there was none",
                () -> figures.state(store -> store.activity().checkpoints().lastFailed() ? 1 : 0));
        time(
                "karma.checkpoint.last.success.timestamp",
                TimeUnit.SECONDS,
                "When the last checkpoint ended that could do everything, as Unix time; 0 if there was none",
                () -> figures.state(store -> store.activity().checkpoints().lastSuccessSeconds()));
    }

    private void restore() {
        time(
                "karma.restore.duration",
                TimeUnit.NANOSECONDS,
                "How long the restore took when the store was opened",
                () -> figures.state(store -> store.restoreReport().took().toNanos()));
        gauge(
                "karma.restore.snapshots",
                null,
                "Snapshot files that the restore read",
                () -> figures.state(store -> store.restoreReport().snapshots()));
        gauge(
                "karma.restore.lines",
                LINES,
                "Lines of the log that the restore replayed",
                () -> figures.state(store -> store.restoreReport().lines()));
        gauge(
                "karma.restore.torn.bytes",
                BYTES,
                "The size of the unfinished tail that the restore cut off the log",
                () -> figures.state(store -> store.restoreReport().tornBytes()));
        gauge(
                "karma.restore.warnings",
                null,
                "What was odd about the directory but did not stop the restore",
                () -> figures.state(store -> store.restoreReport().warnings().size()));
    }

    private void statistic(String name, String unit, String description, ToDoubleFunction<Statistics> figure) {
        gauge(name, unit, description, () -> figures.statistics(figure));
    }

    private void gauge(String name, String unit, String description, Supplier<Number> figure) {
        add(Gauge.builder(name, figure)
                .baseUnit(unit)
                .description(description)
                .tags(tags)
                .register(registry));
    }

    private void time(String name, TimeUnit unit, String description, Supplier<Number> figure) {
        add(TimeGauge.builder(name, figure, unit)
                .description(description)
                .tags(tags)
                .register(registry));
    }

    private void count(String name, String unit, String description, Supplier<Number> figure) {
        count(name, unit, description, tags, figure);
    }

    private void count(String name, String unit, String description, Tags itsTags, Supplier<Number> figure) {
        add(FunctionCounter.builder(name, figure, counted -> counted.get().doubleValue())
                .baseUnit(unit)
                .description(description)
                .tags(itsTags)
                .register(registry));
    }

    private void outcome(String outcome, Supplier<Number> figure) {
        String description = "Checkpoints since the store was opened, by outcome";
        count("karma.checkpoints", null, description, tags.and("outcome", outcome), figure);
    }

    private void timer(String name, String description, Supplier<Distribution> figure, int first, int last) {
        add(FunctionTimer.builder(
                        name,
                        figure,
                        timed -> timed.get().count(),
                        timed -> timed.get().sum(),
                        TimeUnit.NANOSECONDS)
                .description(description)
                .tags(tags)
                .register(registry));
        buckets(name, figure, first, last, NANOS_PER_SECOND);
    }

    /** How many values were up to a power of two, for each from the first to the last, and how many there were. */
    private void buckets(String name, Supplier<Distribution> figure, int first, int last, double perUnit) {
        if (!buckets) {
            return;
        }
        for (int power = first; power <= last; power++) {
            int most = power;
            bucket(
                    name,
                    Double.toString((1L << power) / perUnit),
                    () -> LongStream.rangeClosed(0, most)
                            .map(bucket -> figure.get().count((int) bucket))
                            .sum());
        }
        bucket(name, "+Inf", () -> figure.get().count());
    }

    /** Not "bucket": Prometheus reserves that end of a name. */
    private void bucket(String name, String bound, Supplier<Number> figure) {
        count(name + ".buckets", null, "How many were up to the bound in the tag le", tags.and("le", bound), figure);
    }

    private void add(Meter meter) {
        registered.add(meter);
    }
}
