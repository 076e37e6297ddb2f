package io.karmadb.server.http;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot.StateSetDataPointSnapshot;
import java.util.function.Supplier;

/** All metrics of Karma, as they are at the moment of a scrape; before the store is open, those that there are. */
final class ServerMetrics implements MultiCollector {
    private final Supplier<Stage> stage;
    private final HttpFigures http;

    ServerMetrics(Supplier<Stage> stage, HttpFigures http) {
        this.stage = stage;
        this.http = http;
    }

    @Override
    public MetricSnapshots collect() {
        Stage now = stage.get();
        MetricList metrics = new MetricList();
        metrics.add(InfoSnapshot.builder()
                .name("karma_build")
                .help("The version of the server.")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of("version", Version.text()))
                        .build())
                .build());
        metrics.add(health(now.state()));
        addHttp(metrics);
        Served served = now.served();
        if (served != null) {
            metrics.gauge(
                    "karma_uptime_seconds",
                    "How long ago the server took its port.",
                    served.figures().uptimeSeconds());
            metrics.gauge(
                    "karma_connections",
                    "Open connections of the protocol.",
                    served.connections().getAsInt());
            RequestMetrics.addTo(metrics, served.figures().totals());
            StoreMetrics.addTo(metrics, served.store());
        }
        return metrics.snapshots();
    }

    private static StateSetSnapshot health(Stage.State now) {
        StateSetDataPointSnapshot.Builder states = StateSetDataPointSnapshot.builder();
        for (Stage.State state : Stage.State.values()) {
            states.state(state.text, state == now);
        }
        return StateSetSnapshot.builder()
                .name("karma_health")
                .help("Whether requests are served and writes are taken: the state that is 1.")
                .dataPoint(states.build())
                .build();
    }

    private void addHttp(MetricList metrics) {
        CounterSnapshot.Builder answers = CounterSnapshot.builder()
                .name("karma_http_requests")
                .help("Requests that the HTTP port has answered, by status.");
        http.answers()
                .forEach((status, count) -> answers.dataPoint(CounterDataPointSnapshot.builder()
                        .value(count)
                        .labels(Labels.of("status", Integer.toString(status)))
                        .build()));
        metrics.add(answers.build());
        metrics.gauge("karma_http_connections", "Open connections of the HTTP port.", http.connections());
    }
}
