package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The server's jar, running as a process of its own on a free port of this machine. */
final class ServerProcess implements AutoCloseable {
    static final String HOST = "127.0.0.1";

    private static final int START_SECONDS = 60;
    private static final int STOP_SECONDS = 30;

    private final Process process;
    private final int port;
    private final Path err;

    private ServerProcess(Process process, int port, Path err) {
        this.process = process;
        this.port = port;
        this.err = err;
    }

    /** Starts the server on a directory and waits until it takes connections. */
    static ServerProcess start(Path scratch, Path directory, String... options)
            throws IOException, InterruptedException {
        int port = freePort();
        Path err = Files.createTempFile(scratch, "server-err", ".txt");
        List<String> args = new ArrayList<>(List.of("-jar", jar()));
        args.addAll(List.of("--bind=" + HOST, "--port=" + port, "--directory=" + directory));
        args.addAll(List.of(options));
        Process process = JavaProcess.start(args, Files.createTempFile(scratch, "server-out", ".txt"), err);
        ServerProcess server = new ServerProcess(process, port, err);
        server.awaitConnections();
        return server;
    }

    /** Returns the path of the server's jar. */
    static String jar() {
        String jar = System.getProperty("karma.server.jar");
        assertThat(Path.of(jar))
                .as("the server's jar, built by the module karma-server")
                .exists();
        return jar;
    }

    int port() {
        return port;
    }

    /** Stops the server as an operator does, which must end well. */
    @Override
    public void close() throws IOException {
        process.destroy(); // SIGTERM
        boolean ended = false;
        try {
            ended = process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
        assertThat(ended).as("the server stops on SIGTERM").isTrue();
        assertThat(process.exitValue())
                .as("exit status; stderr:\n%s", Files.readString(err))
                .isZero();
    }

    private void awaitConnections() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!takesConnections()) {
            boolean ended = process.waitFor(20, TimeUnit.MILLISECONDS);
            if (ended || System.nanoTime() - deadline > 0) {
                process.destroyForcibly();
                throw new AssertionError(
                        "the server did not start: ended=" + ended + ", stderr=" + Files.readString(err));
            }
        }
    }

    private boolean takesConnections() throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(HOST, port), 1_000);
            return true;
        } catch (ConnectException | SocketTimeoutException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }
}
