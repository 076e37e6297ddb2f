package io.karmadb.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A page in a headless Chromium, over the DevTools protocol. */
final class Browser implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final String LISTENING = "DevTools listening on ws://";
    private static final List<String> PROGRAMS = List.of("chromium", "chromium-browser", "google-chrome");

    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
    private final List<String> events = new ArrayList<>();
    private int id;

    private Browser(Process process, URI page) {
        this.process = process;
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(page, new Receiver())
                .join();
        send("Runtime.enable", "");
        send("Log.enable", "");
        send("Page.enable", "");
        send("Emulation.setFocusEmulationEnabled", "\"enabled\":true");
        send("Emulation.setScrollbarsHidden", "\"hidden\":true");
    }

    /** Returns the browser's program, if the search path has one. */
    static Optional<Path> program() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(place -> PROGRAMS.stream().map(name -> Path.of(place, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts the browser with an empty page. */
    static Browser start(Path program, Path profile) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                program.toString(),
                "--headless=new",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run"));
        if (System.getProperty("user.name").equals("root")) {
            words.add("--no-sandbox"); // which it cannot make as root
        }
        words.add("about:blank");
        Process process = new ProcessBuilder(words)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean started = false;
        try {
            Browser browser = new Browser(process, page(port(process)));
            started = true;
            return browser;
        } finally {
            if (!started) {
                process.destroyForcibly();
            }
        }
    }

    private static String port(Process process) throws IOException {
        BufferedReader err =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = err.readLine(); line != null; line = err.readLine()) {
            if (line.startsWith(LISTENING)) {
                Thread reader = new Thread(() -> err.lines().forEach(ignored -> {}));
                reader.setDaemon(true);
                reader.start();
                return line.substring(LISTENING.length()).split("/")[0];
            }
            said.append(line).append('\n');
        }
        throw new IOException("the browser ended: " + said);
    }

    private static URI page(String authority) throws IOException {
        try {
            String made = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://" + authority + "/json/new?about:blank"))
                                    .method("PUT", HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            return URI.create(field(made, "webSocketDebuggerUrl"));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Joins the pieces of messages, and hands answers to who waits for them. */
    private final class Receiver implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                receive(message.toString());
                message.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private void receive(String message) {
        if (message.startsWith("{\"id\":")) {
            answers.get(Integer.parseInt(message.substring(6, message.indexOf(','))))
                    .complete(message);
        } else {
            synchronized (events) {
                events.add(message);
            }
        }
    }

    private String send(String method, String parameters) {
        int number = ++id;
        CompletableFuture<String> answer = new CompletableFuture<>();
        answers.put(number, answer);
        socket.sendText("{\"id\":" + number + ",\"method\":\"" + method + "\",\"params\":{" + parameters + "}}", true)
                .join();
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Returns what the page has complained of: errors of scripts, and what its security policy forbids. */
    List<String> complaints() {
        synchronized (events) {
            return events.stream()
                    .filter(event -> event.contains("\"Runtime.exceptionThrown\"")
                            || event.contains("\"Log.entryAdded\"") && event.contains("\"level\":\"error\""))
                    .toList();
        }
    }

    void forgetComplaints() {
        synchronized (events) {
            events.clear();
        }
    }

    void open(String address) {
        send("Page.navigate", "\"url\":\"" + address + "\"");
    }

    void resize(int width, int height) {
        send(
                "Emulation.setDeviceMetricsOverride",
                "\"width\":" + width + ",\"height\":" + height + ",\"deviceScaleFactor\":1,\"mobile\":false");
    }

    void preferDark(boolean dark) {
        send(
                "Emulation.setEmulatedMedia",
                "\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + (dark ? "dark" : "light") + "\"}]");
    }

    /** Returns what an expression of the page gives, as text. */
    String evaluate(String expression) {
        String answer = send(
                "Runtime.evaluate",
                "\"returnByValue\":true,\"awaitPromise\":true,\"expression\":\"String("
                        + new String(JsonStringEncoder.getInstance().quoteAsString(expression)) + ")\"");
        assertThat(answer).as(expression).doesNotContain("exceptionDetails");
        return field(answer, "value");
    }

    /** Waits until an expression is true. */
    void await(String expression) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        String guarded =
                "(() => { try { return " + expression + "; } catch { return false; } })()"; // the page is not there yet
        while (!evaluate(guarded).equals("true")) {
            assertThat(System.nanoTime())
                    .as(
                            "waiting for: %s, page: %s, complaints: %s",
                            expression, evaluate("document.body.innerText"), complaints())
                    .isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    void screenshot(Path file) throws IOException {
        String answer = send("Page.captureScreenshot", "\"format\":\"png\",\"captureBeyondViewport\":true");
        Files.write(file, Base64.getDecoder().decode(field(answer, "data")));
    }

    /** Returns the first text field of that name. */
    private static String field(String json, String name) {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals(name)) {
                    return parser.nextTextValue();
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(json, e);
        }
        throw new IllegalStateException("no field " + name + ": " + json);
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
