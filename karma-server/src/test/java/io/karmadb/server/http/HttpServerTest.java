package io.karmadb.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.KarmaException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP port over real sockets: who is answered, and what is refused. */
@Timeout(120)
class HttpServerTest {
    private static final String TOKEN = "gehe\u00efm \u2713";
    private static final String END = "Host: localhost\r\nConnection: close\r\n\r\n";

    @TempDir
    private Path directory;

    @Test
    void itIsAliveAndNotReadyDuringTheRestore() throws IOException {
        try (Site site = new Site()) {
            assertThat(site.get("/health/live").statusCode()).isEqualTo(200);
            HttpResponse<String> ready = site.get("/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).isEqualTo("the store is being restored\n");
            assertThat(site.get("/metrics").body()).contains("karma_health{karma_health=\"restoring\"} 1");
            site.serve(directory);
            assertThat(site.get("/health/ready").statusCode()).isEqualTo(200);
            site.server().stopping();
            assertThat(site.get("/health/ready").body()).isEqualTo("the server is stopping\n");
            assertThat(site.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(site.get("/metrics").body()).contains("karma_trees 0.0");
        }
    }

    @Test
    void itIsNotReadyOnceTheLogHasFailedAndTellsNobodyWhereTheDirectoryIs() throws IOException {
        try (Site site = new Site().serve(directory)) {
            Files.delete(directory.resolve("karma.wal"));
            assertThatThrownBy(() -> site.store().tree("a").increment(1)).isInstanceOf(KarmaException.class);
            HttpResponse<String> ready = site.get("/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("log has failed").doesNotContain(directory.toString());
            assertThat(site.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(site.get("/metrics").body()).contains("karma_health{karma_health=\"failed\"} 1");
            assertThatThrownBy(() -> site.store().close()).isInstanceOf(KarmaException.class);
        }
    }

    @Test
    void metricsOfTheStoreAreMissingWhereTheDirectoryCannotBeRead() throws IOException {
        Path moved = directory.resolve("data");
        try (Site site = new Site().serve(moved)) {
            Files.move(moved, directory.resolve("elsewhere"));
            assertThat(site.get("/metrics").body())
                    .contains("karma_metrics_incomplete 1.0", "karma_wal_fsync_duration_seconds_count")
                    .doesNotContain("karma_keys");
            Files.move(directory.resolve("elsewhere"), moved);
            assertThat(site.get("/metrics").body()).contains("karma_metrics_incomplete 0.0", "karma_keys");
        }
    }

    @Test
    void everythingButHealthNeedsTheToken() throws IOException {
        try (Site site = new Site(TOKEN, Site.PATIENT).serveInMemory()) {
            assertThat(site.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(site.get("/health/ready").statusCode()).isEqualTo(200);
            HttpResponse<String> refused = site.get("/metrics");
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("www-authenticate")).hasValue("Bearer realm=\"karma\"");
            assertThat(site.get("/metrics", "Authorization", "Bearer gehe").statusCode())
                    .isEqualTo(401);
            assertThat(site.get("/metrics", "Authorization", "Basic Z2VoZQ==").statusCode())
                    .isEqualTo(401);
            String bytes = new String(TOKEN.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            String answer =
                    RawHttp.ask(site.port(), "GET /metrics HTTP/1.1\r\nAuthorization: bearer " + bytes + "\r\n" + END);
            assertThat(answer).startsWith("HTTP/1.1 200 OK").contains("karma_trees 0.0");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8081, 200", "127.0.0.1, 200", "127.0.0.2:1, 200", "[::1]:80, 200", "LOCALHOST, 200",
        "evil.example, 421", "localhost.evil.example, 421", "10.0.0.1, 421", "[fe80::1]:80, 421", "'', 421",
        "127.0.0.1.evil.example, 421", "2130706433, 421"
    })
    void onTheLoopbackAddressOnlyItsOwnNamesAreAnswered(String host, int status) throws IOException {
        try (Site site = new Site().serveInMemory()) {
            String answer = RawHttp.ask(
                    site.port(), "GET /metrics HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
            String health = RawHttp.ask(
                    site.port(), "GET /health/ready HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            assertThat(health).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Origin: http://evil.example | 403",
                "Origin: null | 403",
                "Sec-Fetch-Site: cross-site | 403",
                "Sec-Fetch-Site: same-site | 403",
                "Sec-Fetch-Site: same-origin | 200",
                "Sec-Fetch-Site: none | 200",
                "Origin: http://localhost | 200"
            })
    void pagesOfOtherOriginsAreRefused(String header, int status) throws IOException {
        try (Site site = new Site().serveInMemory()) {
            String answer = RawHttp.ask(site.port(), "GET /metrics HTTP/1.1\r\n" + header + "\r\n" + END);
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "NONSENSE"})
    void onlyReadingIsAnswered(String method) throws IOException {
        try (Site site = new Site().serveInMemory()) {
            assertThat(RawHttp.ask(site.port(), method + " /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                    .startsWith("HTTP/1.1 405 ");
        }
    }

    @Test
    void headIsAnsweredWithoutABody() throws IOException {
        try (Site site = new Site().serveInMemory()) {
            String answer = RawHttp.ask(site.port(), "HEAD /metrics HTTP/1.1\r\n" + END);
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 ")
                    .containsPattern("content-length: \\d{4,}")
                    .endsWith("\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/metrics/",
                "/../metrics",
                "//metrics",
                "/metrics%00",
                "/..%2f..%2fetc/passwd",
                "/api/../health/live",
                "/dashboard.js/",
                "/io/karmadb/server/Main.class",
                "/%2e%2e/karma.wal"
            })
    void noOtherPathIsAnswered(String path) throws IOException {
        try (Site site = new Site().serveInMemory()) {
            assertThat(RawHttp.ask(site.port(), "GET " + path + " HTTP/1.1\r\n" + END))
                    .startsWith("HTTP/1.1 404 ");
        }
    }

    @Test
    void whatIsNotHttpIsRefused() throws IOException {
        try (Site site = new Site().serveInMemory()) {
            assertThat(RawHttp.ask(site.port(), "{\"command\":\"ping\"}\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 ");
            assertThat(RawHttp.ask(site.port(), "GET /health/live?%zz HTTP/1.1\r\n" + END))
                    .startsWith("HTTP/1.1 400 ");
            assertThat(RawHttp.ask(site.port(), "GET /metrics HTTP/1.1\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void tooMuchOfARequestIsRefused() throws IOException {
        try (Site site = new Site().serveInMemory()) {
            String header = "X: " + "x".repeat(20_000) + "\r\n";
            assertThat(RawHttp.ask(site.port(), "GET /health/live HTTP/1.1\r\n" + header + END))
                    .startsWith("HTTP/1.1 431 ");
            String line = "GET /health/live?" + "x".repeat(20_000) + " HTTP/1.1\r\n";
            assertThat(RawHttp.ask(site.port(), line + END)).startsWith("HTTP/1.1 414 ");
            assertThat(RawHttp.ask(
                            site.port(),
                            "GET /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"))
                    .startsWith("HTTP/1.1 413 ");
            assertThat(
                            RawHttp.ask(
                                    site.port(),
                                    "GET /health/live HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
                    .startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void aRequestThatDoesNotWaitForTheAnswerBeforeItIsDropped() throws IOException {
        try (Site site = new Site().serveInMemory()) {
            String request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
            String answers = RawHttp.ask(site.port(), request.repeat(50));
            assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(2);
        }
    }

    @Test
    void aConnectionServesOneRequestAfterTheOther() throws IOException {
        try (Site site = new Site().serveInMemory();
                RawHttp http = new RawHttp(site.port())) {
            http.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(http.readUntil("ok\n")).startsWith("HTTP/1.1 200 ");
            http.send("GET /health/ready HTTP/1.1\r\n" + END);
            assertThat(http.readToEnd()).startsWith("HTTP/1.1 200 ").contains("connection: close");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET /metrics HT", "GET /metrics HTTP/1.1\r\nHost: loc"})
    void whoTakesTooLongWithARequestIsCutOff(String piece) throws IOException {
        HttpLimits limits =
                new HttpLimits(8, 4096, 4096, Duration.ofMillis(200), Duration.ofSeconds(60), Duration.ofSeconds(60));
        try (Site site = new Site(null, limits).serveInMemory()) {
            assertThat(RawHttp.ask(site.port(), piece)).isEmpty();
        }
    }

    @Test
    void whoKeepsAConnectionForNothingIsCutOff() throws IOException {
        HttpLimits limits =
                new HttpLimits(8, 4096, 4096, Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(60));
        try (Site site = new Site(null, limits).serveInMemory()) {
            assertThat(RawHttp.ask(site.port(), "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("ok\n");
        }
    }

    @Test
    void moreConnectionsThanAllowedAreClosed() throws IOException {
        HttpLimits limits =
                new HttpLimits(1, 4096, 4096, Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60));
        try (Site site = new Site(null, limits).serveInMemory();
                RawHttp first = new RawHttp(site.port())) {
            first.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
            first.readUntil("ok\n");
            try (RawHttp second = new RawHttp(site.port())) {
                assertThat(second.readToEnd()).isEmpty();
            }
            first.send("GET /health/live HTTP/1.1\r\n" + END);
            assertThat(first.readToEnd()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void anAddressThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThatThrownBy(
                            () -> HttpServer.bind(new HttpSettings("127.0.0.1", taken.getLocalPort(), null), () -> ""))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
        assertThatThrownBy(() -> HttpServer.bind(new HttpSettings("no-such-host.invalid", 0, null), () -> ""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-host.invalid")
                .hasMessageContaining("unknown host");
    }

    @Test
    void settingsDoNotTellTheToken() {
        assertThat(new HttpSettings("localhost", 1, "geheim").toString()).doesNotContain("geheim");
    }
}
