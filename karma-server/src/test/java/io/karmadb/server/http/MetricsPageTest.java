package io.karmadb.server.http;

import static io.karmadb.server.network.Client.increment;
import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.server.network.Client;
import io.karmadb.server.network.NetworkServer;
import io.karmadb.server.network.NetworkSettings;
import io.karmadb.server.protocol.Command;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code /metrics} with a real server and store. */
@Timeout(120)
class MetricsPageTest {
    @TempDir
    private Path directory;

    private static Exposition scrape(Site site) throws IOException {
        HttpResponse<String> answer = site.get("/metrics");
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        return Exposition.parse(answer.body());
    }

    @Test
    void requestsAreCountedByCommandAndOutcome() throws IOException {
        try (KarmaStore store = KarmaStore.open(
                        KarmaOptions.builder().directory(directory).build());
                NetworkServer network = NetworkServer.bind(NetworkSettings.LOOPBACK);
                Site site = new Site()) {
            network.serve(store);
            site.server().serve(new Served(store, network.figures(), network::connections));
            try (Client client = new Client(network.address().getPort())) {
                for (int key = 0; key < 5; key++) {
                    client.ask(increment("a", key));
                }
                client.ask("nonsense");
                client.ask("{\"command\":\"nonsense\"}");
                client.ask("{\"command\":\"sum\"}");
                client.ask("{\"command\":\"sum\",\"tree_name\":\"b\",\"key\":1}");
                client.ask("{\"command\":\"find\",\"tree_name\":\"a\",\"time_from\":0,\"time_to\":99999999}");
                client.ask("{\"command\":\"dump_all\"}");

                Exposition metrics = scrape(site);
                assertThat(metrics.value("karma_commands_total{command=\"increment\",outcome=\"ok\"}"))
                        .isEqualTo(5);
                assertThat(metrics.value("karma_commands_total{command=\"none\",outcome=\"invalid_json\"}"))
                        .isEqualTo(1);
                assertThat(metrics.value("karma_commands_total{command=\"none\",outcome=\"unknown_command\"}"))
                        .isEqualTo(1);
                assertThat(metrics.value("karma_commands_total{command=\"sum\",outcome=\"validation_error\"}"))
                        .isEqualTo(1);
                assertThat(metrics.value("karma_commands_total{command=\"sum\",outcome=\"not_found\"}"))
                        .isEqualTo(1);
                assertThat(metrics.value("karma_commands_total{command=\"sum\",outcome=\"ok\"}"))
                        .isZero();
                assertThat(metrics.value("karma_commands_total{command=\"find\",outcome=\"ok\"}"))
                        .isEqualTo(1);
                assertThat(metrics.value("karma_command_duration_seconds_count{command=\"increment\"}"))
                        .isEqualTo(5);
                assertThat(metrics.value("karma_command_duration_seconds_sum{command=\"increment\"}"))
                        .isPositive();
                assertThat(metrics.value("karma_wal_fsync_duration_seconds_count"))
                        .isGreaterThanOrEqualTo(5);
                assertThat(metrics.value("karma_wal_group_lines_sum")).isEqualTo(5);
                assertThat(metrics.value("karma_wal_lines_total")).isEqualTo(5);
                assertThat(metrics.value("karma_checkpoints_total{outcome=\"ok\"}"))
                        .isEqualTo(1);
                assertThat(metrics.value("karma_checkpoint_duration_seconds_count"))
                        .isEqualTo(1);
                assertThat(metrics.value("karma_keys")).isEqualTo(5);
                assertThat(metrics.value("karma_connections")).isEqualTo(1);
                assertThat(metrics.value("karma_trees_without_snapshot")).isZero();
                assertThat(metrics.value("karma_snapshot_age_seconds")).isBetween(0.0, 120.0);
            }
        }
    }

    @Test
    void openMetricsIsForThoseWhoAskForIt() throws IOException {
        try (Site site = new Site().serve(directory)) {
            HttpResponse<String> answer =
                    site.get("/metrics", "Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
            assertThat(answer.headers().firstValue("content-type"))
                    .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
            assertThat(answer.body())
                    .contains("# TYPE karma_health stateset\n", "# UNIT karma_wal_bytes bytes\n")
                    .endsWith("# EOF\n");
        }
    }

    @Test
    void whoWouldRatherHaveProtocolBuffersGetsText() throws IOException {
        try (Site site = new Site().serve(directory)) {
            HttpResponse<String> answer = site.get(
                    "/metrics",
                    "Accept",
                    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
                            + "text/plain;version=0.0.4;q=0.4,*/*;q=0.1");
            assertThat(answer.statusCode()).isEqualTo(200);
            Exposition.parse(answer.body());
        }
    }

    @Test
    void everyMetricOfKarmaIsDocumentedAndNoOther() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "metrics.md"));
        try (Site site = new Site().serve(directory)) {
            site.store().tree("a").increment(1);
            site.store().checkpoint();
            site.count(Command.PING, 1000);
            scrape(site);
            assertThat(scrape(site).names().stream()
                            .filter(name -> name.startsWith("karma_"))
                            .sorted())
                    .containsExactlyElementsOf(page.lines()
                            .filter(line -> line.startsWith("| `karma_"))
                            .map(line -> line.split("`")[1])
                            .sorted()
                            .toList());
        }
    }

    @Test
    void aTreeWithoutASnapshotHasNoAge() throws IOException {
        try (Site site = new Site().serve(directory)) {
            site.store().createTree("a");
            Exposition metrics = scrape(site);
            assertThat(metrics.value("karma_trees_without_snapshot")).isEqualTo(1);
            assertThat(metrics.names()).doesNotContain("karma_snapshot_age_seconds");
            site.store().snapshot("a");
            assertThat(scrape(site).value("karma_trees_without_snapshot")).isZero();
        }
    }
}
