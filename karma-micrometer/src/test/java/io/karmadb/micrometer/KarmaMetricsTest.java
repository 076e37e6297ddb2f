package io.karmadb.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.karmadb.Distribution;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.StoreClosedException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KarmaMetricsTest {
    private static final double ROUNDED_TWICE = 1e-12;

    @TempDir
    Path directory;

    private final MeterRegistry registry = new SimpleMeterRegistry();

    private KarmaStore open() {
        return open(directory.resolve("data"));
    }

    private static KarmaStore open(Path directory) {
        return KarmaStore.open(KarmaOptions.builder()
                .directory(directory)
                .history(HistoryKind.ON_HEAP)
                .build());
    }

    private double gauge(String name, String store) {
        return registry.get(name).tag("store", store).gauge().value();
    }

    private double counter(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }

    @Test
    void theRegistryShowsTheStore() {
        try (KarmaStore store = open()) {
            store.createTree("empty");
            for (int key = 0; key < 10; key++) {
                store.tree("links").increment(key);
            }
            store.checkpoint();
            new KarmaMetrics(store, "clicks").bindTo(registry);

            assertThat(gauge("karma.trees", "clicks")).isEqualTo(2);
            assertThat(gauge("karma.keys", "clicks")).isEqualTo(10);
            assertThat(gauge("karma.snapshots", "clicks")).isEqualTo(2);
            assertThat(gauge("karma.memory.bytes", "clicks"))
                    .isEqualTo(store.statistics().memoryBytes());
            assertThat(gauge("karma.wal.enabled", "clicks")).isEqualTo(1);
            assertThat(gauge("karma.wal.pending.lines", "clicks")).isZero();
            assertThat(gauge("karma.metrics.incomplete", "clicks")).isZero();
            assertThat(counter("karma.wal.lines"))
                    .isEqualTo(store.statistics().lastLsn())
                    .isGreaterThanOrEqualTo(11);
            assertThat(counter("karma.wal.written.bytes"))
                    .isEqualTo(store.activity().log().writtenBytes())
                    .isPositive();
            assertThat(counter("karma.wal.group.lines"))
                    .isEqualTo(store.activity().log().writeLines().sum())
                    .isPositive();
            assertThat(counter("karma.checkpoints", "outcome", "ok")).isEqualTo(1);
            assertThat(counter("karma.checkpoints", "outcome", "failed")).isZero();
            assertThat(gauge("karma.checkpoint.last.failed", "clicks")).isZero();
            assertThat(gauge("karma.checkpoint.last.success.timestamp", "clicks"))
                    .isEqualTo(store.activity().checkpoints().lastSuccessSeconds())
                    .isPositive();
            FunctionTimer forces = registry.get("karma.wal.fsync.duration").functionTimer();
            Distribution forced = store.activity().log().forceNanos();
            assertThat(forces.count()).isEqualTo(forced.count()).isPositive();
            // The registry keeps seconds, so nanoseconds come back rounded twice.
            assertThat(forces.totalTime(TimeUnit.NANOSECONDS))
                    .isCloseTo(forced.sum(), within(forced.sum() * ROUNDED_TWICE));
        }
    }

    @Test
    void whatIsCountedGoesOn() {
        try (KarmaStore store = open()) {
            new KarmaMetrics(store, "clicks").bindTo(registry);
            double before = counter("karma.wal.written.bytes");
            store.tree("links").increment(1);
            assertThat(counter("karma.wal.written.bytes")).isGreaterThan(before);
        }
    }

    @Test
    void exactlyOneStateOfHealthIsTrue() {
        try (KarmaStore store = open()) {
            new KarmaMetrics(store, "clicks").bindTo(registry);
            assertThat(registry.get("karma.health").gauges()).hasSize(3);
            assertThat(registry.get("karma.health").tag("state", "ok").gauge().value())
                    .isEqualTo(1);
            assertThat(registry.get("karma.health")
                            .tag("state", "failed")
                            .gauge()
                            .value())
                    .isZero();
            assertThat(registry.get("karma.health")
                            .tag("state", "disk_full")
                            .gauge()
                            .value())
                    .isZero();
        }
    }

    @Test
    void aDirectoryThatCannotBeReadIsSaidAndNothingThrown() throws IOException {
        try (KarmaStore store = open()) {
            store.tree("links").increment(1);
            Path moved = directory.resolve("moved");
            Files.move(directory.resolve("data"), moved);
            try {
                KarmaMetrics metrics = new KarmaMetrics(store, "clicks");
                metrics.bindTo(registry);
                assertThat(gauge("karma.metrics.incomplete", "clicks")).isEqualTo(1);
                assertThat(gauge("karma.keys", "clicks")).isNaN();
                assertThat(gauge("karma.wal.segments", "clicks")).isZero();
            } finally {
                Files.move(moved, directory.resolve("data"));
            }
        }
    }

    @Test
    void severalStoresAreToldApartByTheirTag() {
        try (KarmaStore one = open(directory.resolve("one"));
                KarmaStore two = open(directory.resolve("two"))) {
            one.tree("links").increment(1);
            two.tree("links").increment(1);
            two.tree("links").increment(2);
            new KarmaMetrics(one, "one").bindTo(registry);
            new KarmaMetrics(two, "two", Tags.of("team", "web")).bindTo(registry);
            assertThat(gauge("karma.keys", "one")).isEqualTo(1);
            assertThat(gauge("karma.keys", "two")).isEqualTo(2);
        }
    }

    @Test
    void twoOpenStoresOfOneNameAreRefusedAndTheFirstStays() {
        try (KarmaStore one = open(directory.resolve("one"));
                KarmaStore two = open(directory.resolve("two"))) {
            one.tree("links").increment(1);
            KarmaMetrics first = new KarmaMetrics(one, "clicks");
            first.bindTo(registry);
            first.bindTo(registry);
            int meters = registry.getMeters().size();
            assertThatThrownBy(() -> new KarmaMetrics(two, "clicks").bindTo(registry))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("clicks");
            assertThat(registry.getMeters()).hasSize(meters);
            assertThat(gauge("karma.keys", "clicks")).isEqualTo(1);
        }
    }

    @Test
    void afterACloseStatesAreNoNumbersAndCountsStay() {
        KarmaStore store = open();
        new KarmaMetrics(store, "clicks").withBuckets().bindTo(registry);
        store.tree("links").increment(1);
        double bytes = counter("karma.wal.written.bytes");
        double forces = registry.get("karma.wal.fsync.duration").functionTimer().count();
        store.close();

        List<Meter> gauges = registry.getMeters().stream()
                .filter(meter -> meter instanceof Gauge)
                .toList();
        assertThat(gauges).hasSizeGreaterThan(15).allMatch(meter -> Double.isNaN(((Gauge) meter).value()));
        assertThat(counter("karma.wal.written.bytes")).isEqualTo(bytes);
        assertThat(registry.get("karma.wal.fsync.duration").functionTimer().count())
                .isEqualTo(forces);
        assertThat(registry.getMeters())
                .filteredOn(meter -> meter instanceof FunctionCounter)
                .allMatch(meter -> ((FunctionCounter) meter).count() >= 0);
        assertThatThrownBy(() -> new KarmaMetrics(store, "clicks")).isInstanceOf(StoreClosedException.class);
    }

    @Test
    void aStoreThatIsOpenedAgainTakesThePlaceOfTheClosedOne() {
        KarmaMetrics old;
        try (KarmaStore store = open()) {
            store.tree("links").increment(1);
            old = new KarmaMetrics(store, "clicks");
            old.bindTo(registry);
        }
        try (KarmaStore store = open();
                KarmaMetrics metrics = new KarmaMetrics(store, "clicks")) {
            metrics.bindTo(registry);
            store.tree("links").increment(2);
            old.close(); // takes away nothing of the new one's
            store.checkpoint();
            assertThat(counter("karma.checkpoints", "outcome", "ok")).isEqualTo(1);
            assertThat(gauge("karma.trees", "clicks")).isEqualTo(1);
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void theMetersDoNotKeepAClosedStoreAlive() {
        WeakReference<KarmaStore> reference = new WeakReference<>(open());
        bindAndClose(reference.get());
        for (int attempt = 0; attempt < 50 && reference.get() != null; attempt++) {
            System.gc();
        }
        assertThat(reference.get()).isNull();
        assertThat(gauge("karma.keys", "clicks")).isNaN();
    }

    private void bindAndClose(KarmaStore store) {
        try (store) {
            new KarmaMetrics(store, "clicks").bindTo(registry);
            store.tree("links").increment(1);
            assertThat(gauge("karma.wal.segments", "clicks")).isZero();
        }
    }

    @Test
    void bucketsAddUp() {
        try (KarmaStore store = open()) {
            new KarmaMetrics(store, "clicks").withBuckets().bindTo(registry);
            for (int key = 0; key < 100; key++) {
                store.tree("links").increment(key);
            }
            List<Double> counts = new ArrayList<>();
            for (int power = 10; power <= 36; power++) {
                counts.add(counter("karma.wal.fsync.duration.buckets", "le", Double.toString((1L << power) / 1e9)));
            }
            counts.add(counter("karma.wal.fsync.duration.buckets", "le", "+Inf"));
            assertThat(counts).isSorted();
            assertThat(counts.get(counts.size() - 1))
                    .isEqualTo(registry.get("karma.wal.fsync.duration")
                            .functionTimer()
                            .count())
                    .isGreaterThanOrEqualTo(100);
            assertThat(counter("karma.wal.group.lines.buckets", "le", "1.0")).isPositive();
        }
    }

    @Test
    void everyMeterHasADescription() {
        try (KarmaStore store = open()) {
            new KarmaMetrics(store, "clicks").withBuckets().bindTo(registry);
            assertThat(registry.getMeters()).hasSizeGreaterThan(50).allSatisfy(meter -> {
                assertThat(meter.getId().getDescription()).isNotBlank();
                assertThat(meter.measure()).allMatch(measurement -> measurement.getStatistic() != Statistic.UNKNOWN);
            });
        }
    }

    /** The words are those that the server's metrics have, so that one dashboard fits both. */
    @Test
    void prometheusGetsTheNamesOfTheServersMetrics() throws IOException {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (KarmaStore store = open()) {
            store.tree("links").increment(1);
            new KarmaMetrics(store, "clicks").withBuckets().bindTo(prometheus);
            String scrape = prometheus.scrape();
            assertThat(scrape)
                    .contains("karma_keys{store=\"clicks\"} 1.0")
                    .contains("karma_health{state=\"ok\",store=\"clicks\"} 1.0")
                    .contains("karma_wal_fsync_duration_seconds_count{store=\"clicks\"} ")
                    .contains("# HELP karma_wal_bytes The size of the log's files");
            List<String> names = Pattern.compile("^# TYPE (\\S+) ", Pattern.MULTILINE)
                    .matcher(scrape)
                    .results()
                    .map(type -> type.group(1))
                    .toList();
            String server = Files.readString(Path.of("../docs/metrics.md"));
            assertThat(names).hasSizeGreaterThan(20);
            assertThat(names)
                    .filteredOn(name -> !server.contains("`" + name + "`"))
                    .containsExactlyInAnyOrder(
                            "karma_wal_group_lines_total",
                            "karma_wal_group_lines_buckets_total",
                            "karma_wal_write_duration_buckets_total",
                            "karma_wal_fsync_duration_buckets_total",
                            "karma_checkpoint_duration_buckets_total");
        }
        assertThat(prometheus.scrape()).contains("karma_keys{store=\"clicks\"} NaN");
    }
}
