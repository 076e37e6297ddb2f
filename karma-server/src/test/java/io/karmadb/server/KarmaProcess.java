package io.karmadb.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.server.network.Client;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The real jar as a process of its own. */
final class KarmaProcess implements AutoCloseable {
    private static final Pattern PORT = Pattern.compile("\"port\":(\\d+)");
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final StringBuilder output = new StringBuilder();
    private boolean outputEnded;
    private int port = -1;

    private KarmaProcess(Process process) {
        this.process = process;
    }

    /** Returns the command that runs the jar, without options. */
    static List<String> command() {
        return command("-Xmx512m");
    }

    static List<String> command(String heap) {
        List<String> words = SharedClasses.java();
        words.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                heap,
                "-jar",
                SharedClasses.jar().toString()));
        return words;
    }

    /** Starts the server on a free port of the loopback address and waits until it serves. */
    static KarmaProcess serve(Path directory, String... options) throws IOException {
        KarmaProcess karma = start(List.of(), directory, options);
        karma.awaitServing();
        return karma;
    }

    /** Starts the server, after the words of a command that ends by running what follows it. */
    static KarmaProcess start(List<String> prefix, Path directory, String... options) throws IOException {
        List<String> words = new ArrayList<>(prefix);
        words.addAll(command());
        words.addAll(List.of("--bind=127.0.0.1", "--port=0", "--directory=" + directory));
        words.add("--read-timeout=60"); // on a busy machine a test may say nothing for longer than by default
        words.addAll(List.of(options));
        return run(new ProcessBuilder(words).redirectErrorStream(true));
    }

    static KarmaProcess run(ProcessBuilder builder) throws IOException {
        builder.environment().keySet().removeIf(name -> name.startsWith("KARMA_"));
        return runScript(builder);
    }

    static KarmaProcess runScript(ProcessBuilder builder) throws IOException {
        builder.redirectInput(new File("/dev/null"));
        KarmaProcess karma = new KarmaProcess(builder.start());
        Thread reader = new Thread(karma::read);
        reader.setDaemon(true);
        reader.start();
        return karma;
    }

    private void read() {
        byte[] buffer = new byte[8192];
        try (InputStream in = process.getInputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                synchronized (this) {
                    output.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
                    notifyAll();
                }
            }
        } catch (IOException e) {
            // The test has closed the stream.
        }
        synchronized (this) {
            outputEnded = true;
            notifyAll();
        }
    }

    /** Waits until the output holds a text; its end before that fails the test. */
    void awaitOutput(String text) {
        awaitOutput("\"" + text + "\" in the output", () -> output.indexOf(text) >= 0);
    }

    private synchronized void awaitOutput(String what, BooleanSupplier there) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!there.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            assertThat(left > 0 && !outputEnded)
                    .as("expected %s: %s", what, output)
                    .isTrue();
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    void awaitServing() {
        awaitListening();
        awaitOutput("\"event\":\"server.start\"");
    }

    /** Waits until the port is taken: clients can connect, and wait for the restore. */
    void awaitListening() {
        awaitOutput("\"event\":\"server.bind\"");
        Matcher matcher = PORT.matcher(output());
        assertThat(matcher.find()).isTrue();
        port = Integer.parseInt(matcher.group(1));
    }

    synchronized String output() {
        return output.toString();
    }

    Process process() {
        return process;
    }

    int port() {
        return port;
    }

    Client client() throws IOException {
        return new Client(port);
    }

    /** Sends a signal, such as {@code TERM}. */
    void signal(String name) throws IOException {
        assertThat(trySignal(name)).isTrue();
    }

    /** Sends a signal, and returns whether the process was still there to get it. */
    boolean trySignal(String name) throws IOException {
        IgnoredSignals.assumeNot(name);
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        try {
            return kill.waitFor() == 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the end, and until all that the process wrote has been read, and returns the exit status. */
    int awaitExit() {
        awaitEnd();
        awaitOutput("the end of the output", () -> outputEnded);
        return process.exitValue();
    }

    private void awaitEnd() {
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("the process ends; its output: %s", output())
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    int stop(String signal) throws IOException {
        signal(signal);
        return awaitExit();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        awaitEnd();
    }
}
