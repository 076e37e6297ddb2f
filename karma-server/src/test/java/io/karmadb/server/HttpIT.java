package io.karmadb.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.server.network.Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP port of the real jar. */
@Timeout(180)
class HttpIT {
    private static final Pattern PORT = Pattern.compile("\"event\":\"http.bind\".*\"port\":(\\d+)");

    @TempDir
    private Path temporary;

    private Path directory() {
        return temporary.resolve("data");
    }

    private static HttpResponse<String> get(KarmaProcess karma, String path, String... headers) throws IOException {
        karma.awaitOutput("\"event\":\"http.bind\"");
        Matcher port = PORT.matcher(karma.output());
        assertThat(port.find()).as(karma.output()).isTrue();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.group(1) + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void itShowsTheServerThatRunsAndLetsItStop() throws IOException {
        try (KarmaProcess karma = KarmaProcess.serve(directory(), "--http-port=0", "--auth-token=s3cret")) {
            try (Client client = karma.client()) {
                client.ask("{\"command\":\"increment\",\"tree_name\":\"a\",\"key\":1,\"token\":\"s3cret\"}");
                assertThat(get(karma, "/").body()).contains("<title>Karma</title>");
                assertThat(get(karma, "/health/ready").statusCode()).isEqualTo(200);
                assertThat(get(karma, "/metrics").statusCode()).isEqualTo(401);
                assertThat(get(karma, "/metrics", "Authorization", "Bearer s3cret")
                                .body())
                        .contains(
                                "karma_commands_total{command=\"increment\",outcome=\"ok\"} 1.0",
                                "karma_connections 1.0",
                                "karma_build_info{version=\"1.")
                        .contains("jvm_memory_used_bytes{area=\"heap\"}");
            }
            assertThat(karma.stop("TERM")).isZero();
            assertThat(karma.output()).doesNotContain("s3cret", "\"level\":\"error\"");
        }
    }

    @Test
    void itIsThereDuringTheRestore() throws IOException {
        Files.createDirectories(directory());
        Tool.makePipe(directory().resolve("karma.manifest")); // nobody writes to it, and the restore waits
        try (KarmaProcess karma = KarmaProcess.start(List.of(), directory(), "--http-port=0")) {
            assertThat(get(karma, "/health/live").statusCode()).isEqualTo(200);
            HttpResponse<String> ready = get(karma, "/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("restored");
            assertThat(get(karma, "/api/overview").body()).contains("\"state\":\"restoring\"");
            assertThat(karma.stop("TERM")).isZero();
        }
    }

    @Test
    void anHttpPortThatIsTakenIsAnErrorBeforeAnyFileIsTouched() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                KarmaProcess karma =
                        KarmaProcess.start(List.of(), directory(), "--http-port=" + taken.getLocalPort())) {
            assertThat(karma.awaitExit()).isEqualTo(1);
            assertThat(karma.output()).contains("127.0.0.1:" + taken.getLocalPort(), "in use");
        }
        assertThat(directory()).doesNotExist();
    }
}
