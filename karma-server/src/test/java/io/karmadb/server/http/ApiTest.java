package io.karmadb.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.server.protocol.Command;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the dashboard asks for. */
@Timeout(120)
class ApiTest {
    private Site site;

    @BeforeEach
    void open() throws IOException {
        site = new Site().serveInMemory();
    }

    @AfterEach
    void close() {
        site.close();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void theOverviewTellsWhatIsServed() throws IOException {
        site.store().tree("a").increment(1);
        site.count(Command.SUM, 5000);
        HttpResponse<String> answer = site.get("/api/overview");
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json; charset=utf-8");
        assertThat(answer.body())
                .contains(
                        "\"state\":\"ok\"",
                        "\"trees\":1",
                        "\"keys\":1",
                        "\"connections\":3",
                        "\"name\":\"sum\",\"ok\":1")
                .doesNotContain("\"name\":\"increment\"");
    }

    @Test
    void duringTheRestoreThereIsAnOverviewAndNothingElse() throws IOException {
        try (Site starting = new Site()) {
            assertThat(starting.get("/api/overview").body())
                    .contains("\"state\":\"restoring\",\"message\":\"42 % read\"");
            for (String path : List.of("/api/trees", "/api/key?tree=a&key=1", "/api/top?tree=a")) {
                assertThat(starting.get(path).statusCode()).as(path).isEqualTo(503);
            }
        }
    }

    @Test
    void namesOfTreesArriveAsTheyAre() throws IOException {
        String name = "\"\\\u0000\u001f</script>\u202e\ud83d\ude00&+ %";
        site.store().tree(name).increment(5);
        assertThat(site.get("/api/trees").body())
                .contains("\"\\\"\\\\\\u0000\\u001F</script>\u202e\\uD83D\\uDE00&+ %\"", "\"keys\":1");
        assertThat(site.get("/api/key?key=5&tree=" + encoded(name)).body()).contains("\"total\":\"1\"");
    }

    @Test
    void treesAreBoundedAndFoundByAPartOfTheirName() throws IOException {
        for (int i = 0; i < 250; i++) {
            site.store().createTree("Tree-" + i);
        }
        assertThat(site.get("/api/trees").body()).contains("\"matching\":250,\"shown\":200");
        assertThat(site.get("/api/trees?contains=tree-24").body())
                .contains("\"matching\":11,\"shown\":11", "\"Tree-249\"", "\"Tree-24\"");
        site.store().createTree("x".repeat(65_536));
        site.store().createTree("x".repeat(65_535));
        site.store().createTree("x".repeat(65_534));
        assertThat(site.get("/api/trees?contains=xx").body()).contains("\"matching\":3,\"shown\":2");
    }

    @Test
    void aKeyHasItsDaysAndItsSum() throws IOException {
        site.store().tree("a").incrementOn(20260501, -1, -2);
        site.store().tree("a").incrementOn(20260503, -1, 1);
        assertThat(site.get("/api/key?tree=a&key=18446744073709551615&from=20260502&to=20260531")
                        .body())
                .isEqualTo(
                        "{\"key\":\"18446744073709551615\",\"from\":20260502,\"to\":20260531,"
                                + "\"total\":\"18446744073709551615\",\"sum\":\"1\",\"days\":[{\"day\":20260503,\"count\":\"1\"}]}");
        assertThat(site.get("/api/key?tree=a&key=7").body()).contains("\"total\":\"0\",\"sum\":\"0\",\"days\":[]");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/key?tree=a, Parameter key is required",
        "/api/key?key=1, Parameter tree is required",
        "/api/key?tree=&key=1, Parameter tree must not be empty",
        "/api/key?tree=a&key=, Parameter key must be an integer from 0 to 18446744073709551615",
        "/api/key?tree=a&key=-1, Parameter key must be an integer from 0 to 18446744073709551615",
        "/api/key?tree=a&key=+1, Parameter key must be an integer from 0 to 18446744073709551615",
        "/api/key?tree=a&key=18446744073709551616, Parameter key must be an integer from 0 to 18446744073709551615",
        "/api/key?tree=a&key=1&key=2, Parameter key is given more than once",
        "/api/key?tree=a&key=1&from=x, Parameter from must be an integer from 0 to 99999999",
        "/api/key?tree=a&key=1&from=2&to=1, The last day comes before the first",
        "/api/top?tree=a&limit=101, Parameter limit must be an integer from 1 to 100",
        "/api/top?tree=a&limit=0, Parameter limit must be an integer from 1 to 100"
    })
    void wrongParametersAreNamed(String path, String message) throws IOException {
        site.store().createTree("a");
        HttpResponse<String> answer = site.get(path);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo(message + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/key?tree=none&key=1", "/api/top?tree=none"})
    void aTreeThatIsMissingIsNotFound(String path) throws IOException {
        assertThat(site.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void topKeysAreThoseThatWereCountedMost() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Map<String, String> expected = new TreeMap<>(
                (one, other) -> Long.compareUnsigned(Long.parseUnsignedLong(other), Long.parseUnsignedLong(one)));
        for (int i = 0; i < 500; i++) {
            long key = random.nextLong();
            long count = random.nextLong() | 1; // unsigned, and hardly ever twice the same
            site.store().tree("a").increment(key, count);
            expected.put(Long.toUnsignedString(count), Long.toUnsignedString(key));
        }
        String body = site.get("/api/top?tree=a&limit=7").body();
        assertThat(body).as("seed=%d", seed).contains("\"keys\":500,\"complete\":true");
        Matcher row =
                Pattern.compile("\\{\"key\":\"(\\d+)\",\"count\":\"(\\d+)\"}").matcher(body);
        for (Map.Entry<String, String> entry :
                expected.entrySet().stream().limit(7).toList()) {
            assertThat(row.find()).isTrue();
            assertThat(row.group(1)).as("seed=%d", seed).isEqualTo(entry.getValue());
            assertThat(row.group(2)).as("seed=%d", seed).isEqualTo(entry.getKey());
        }
        assertThat(row.find()).isFalse();
    }

    @Test
    void topKeysOfOtherDaysAreOthers() throws IOException {
        site.store().tree("a").incrementOn(20250101, 1, 100);
        site.store().tree("a").increment(2, 5);
        assertThat(site.get("/api/top?tree=a&limit=1").body()).contains("{\"key\":\"2\",\"count\":\"5\"}");
        assertThat(site.get("/api/top?tree=a&limit=1&from=0").body()).contains("{\"key\":\"1\",\"count\":\"100\"}");
    }

    @Test
    void aLongScanStopsAndSaysSo() throws RefusedException {
        for (int key = 0; key < 3000; key++) {
            site.store().tree("a").increment(key);
        }
        Query query = Query.of("/api/top?tree=a", null, () -> false);
        Reply stopped = new TopKeys(site::stage, Duration.ZERO).answer(query);
        assertThat(new String(stopped.body(), StandardCharsets.UTF_8)).contains("\"keys\":1024,\"complete\":false");
        Query abandoned = Query.of("/api/top?tree=a", null, () -> true);
        Reply given = new TopKeys(site::stage, Duration.ofHours(1)).answer(abandoned);
        assertThat(new String(given.body(), StandardCharsets.UTF_8)).contains("\"keys\":1024,\"complete\":false");
    }

    @Test
    void whatThePageNeedsComesFromHereAloneAndIsNoSecret() throws IOException {
        try (Site guarded = new Site("geheim", Site.PATIENT)) {
            HttpResponse<String> page = guarded.get("/");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe", "*");
            assertThat(page.body()).doesNotContainPattern("(?i)\\son[a-z]+=|\\sstyle=|<style|://");
            Matcher link = Pattern.compile("(?:href|src)=\"([^\"]+)\"").matcher(page.body());
            int links = 0;
            while (link.find()) {
                HttpResponse<String> part = guarded.get(link.group(1));
                assertThat(part.statusCode()).as(link.group(1)).isEqualTo(200);
                links++;
            }
            assertThat(links).isGreaterThanOrEqualTo(4);
            for (String script : List.of("/dashboard.js", "/chart.js", "/format.js")) {
                assertThat(guarded.get(script).body())
                        .as(script)
                        .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
            }
            assertThat(guarded.get("/api/overview").statusCode()).isEqualTo(401);
        }
    }
}
