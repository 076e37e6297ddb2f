package io.karmadb.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that does to each connection what a test wants to see the client bear. */
final class ScriptedServer implements AutoCloseable {
    /** What happens to one connection, which is closed when it returns. */
    interface Script {
        void run(Peer peer) throws IOException;
    }

    /** The client, seen from the server. */
    static final class Peer {
        private final ScriptedServer server;
        private final BufferedReader in;
        private final OutputStream out;
        private final Socket socket;

        Peer(ScriptedServer server, Socket socket) throws IOException {
            this.server = server;
            this.socket = socket;
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            out = socket.getOutputStream();
        }

        /** Returns the next request, or null if the client has closed. */
        String request() throws IOException {
            String line = in.readLine();
            if (line != null) {
                server.requests.add(line);
            }
            return line;
        }

        void send(String bytes) throws IOException {
            out.write(bytes.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        void answer(String json) throws IOException {
            send("{\"protocol_version\":1,\"success\":true,\"response\":" + json + ",\"error_code\":null}\r\n");
        }

        /** Answers every request until the client closes. */
        void answerAll(String json) throws IOException {
            while (request() != null) {
                answer(json);
            }
        }

        /** Answers nothing until the client closes. */
        void ignoreAll() throws IOException {
            while (request() != null) {
                // it stays unanswered
            }
        }

        /** Has the client see that no more comes. */
        void endOutput() throws IOException {
            socket.shutdownOutput();
        }

        /** Has the client see a reset. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
        }
    }

    private final ServerSocket listener;
    private final Script[] scripts;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

    /** Starts to serve; the last script is also for all connections after it. */
    ScriptedServer(Script... scripts) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), scripts);
    }

    ScriptedServer(ServerSocket listener, Script... scripts) {
        this.listener = listener;
        this.scripts = scripts;
        start(this::accept);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                Script script = scripts[Math.min(connections.getAndIncrement(), scripts.length - 1)];
                start(() -> serve(socket, script));
            } catch (IOException e) {
                return; // closed by the test
            }
        }
    }

    private void serve(Socket socket, Script script) {
        try (socket) {
            script.run(new Peer(this, socket));
        } catch (IOException e) {
            // The client has left, which tests see on its side.
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    /** Waits for a request and returns it. */
    String awaitRequest() throws InterruptedException {
        String request = requests.poll(60, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request came");
        }
        return request;
    }

    /** Returns the requests that nobody has waited for. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
