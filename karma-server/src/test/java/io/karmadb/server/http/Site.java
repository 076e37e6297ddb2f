package io.karmadb.server.http;

import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.server.command.AnswerCounts;
import io.karmadb.server.command.ServerFigures;
import io.karmadb.server.protocol.Command;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

/** An HTTP port and, once it is served, a real store. */
final class Site implements AutoCloseable {
    static final HttpLimits PATIENT = new HttpLimits(
            64, 16 * 1024, 16 * 1024, Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60));

    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ServerFigures figures = new ServerFigures();
    private KarmaStore store;

    Site() throws IOException {
        this(null, PATIENT);
    }

    Site(String token, HttpLimits limits) throws IOException {
        server = new HttpServer(new HttpSettings("127.0.0.1", 0, token), limits, () -> "42 % read");
    }

    Site serve(Path directory) {
        return serve(KarmaOptions.builder().directory(directory));
    }

    Site serveInMemory() {
        return serve(KarmaOptions.builder());
    }

    private Site serve(KarmaOptions.Builder options) {
        store = KarmaStore.open(options.history(HistoryKind.ON_HEAP).build());
        server.serve(new Served(store, figures, () -> 3));
        return this;
    }

    Stage stage() {
        return Stage.restoring(() -> "over").serving(new Served(store, figures, () -> 3));
    }

    KarmaStore store() {
        return store;
    }

    /** Counts a request as if it had been answered. */
    void count(Command command, long nanos) {
        AnswerCounts counts = new AnswerCounts();
        counts.add(command, null);
        counts.moveTo(figures.newLoop(), nanos);
    }

    HttpServer server() {
        return server;
    }

    int port() {
        return server.address().getPort();
    }

    HttpResponse<String> get(String path, String... headers) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .version(HttpClient.Version.HTTP_1_1);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        if (store != null) {
            store.close();
        }
    }
}
