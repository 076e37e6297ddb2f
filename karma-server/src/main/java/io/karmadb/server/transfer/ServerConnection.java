package io.karmadb.server.transfer;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A connection to a server. What is read from it is up to the user; for one that writes and one that reads. */
final class ServerConnection implements Closeable {
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private static final int BUFFER_BYTES = 64 * 1024;

    private final ServerAddress server;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private ServerConnection(ServerAddress server) throws IOException {
        this.server = server;
        Socket plain = new Socket();
        boolean connected = false;
        try {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(server.timeoutMillis());
            plain.connect(server.address(), server.timeoutMillis());
            socket = server.tls() == null ? plain : encrypted(plain, server);
            in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
            out = socket.getOutputStream();
            connected = true;
        } finally {
            if (!connected) {
                plain.close();
            }
        }
    }

    /** Returns a socket over another one, on which the server has shown a certificate for its host. */
    private static Socket encrypted(Socket plain, ServerAddress server) throws IOException {
        InetSocketAddress address = server.address();
        SSLSocket socket =
                (SSLSocket) server.tls().createSocket(plain, address.getHostString(), address.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    static ServerConnection open(ServerAddress server) throws TransferException {
        try {
            return new ServerConnection(server);
        } catch (IOException e) {
            throw new TransferException("cannot connect to " + server.name() + ": " + reason(e), e);
        }
    }

    InputStream in() {
        return in;
    }

    ServerAddress server() {
        return server;
    }

    /**
     * Returns a request up to where more fields, or the closing brace, are to follow.
     *
     * @param tree the tree's name, or null
     */
    String startOf(String command, String tree) {
        StringBuilder request =
                new StringBuilder("{\"command\":\"").append(command).append('"');
        if (server.token() != null) {
            request.append(",\"token\":").append(quoted(server.token()));
        }
        if (tree != null) {
            request.append(",\"tree_name\":").append(quoted(tree));
        }
        return request.toString();
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    void send(String request) throws TransferException {
        byte[] bytes = request.getBytes(StandardCharsets.UTF_8);
        send(bytes, bytes.length);
    }

    void send(byte[] bytes, int length) throws TransferException {
        try {
            out.write(bytes, 0, length);
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /** Sends a request and returns its answer, which is short; for who has not begun to read otherwise. */
    byte[] ask(String request) throws TransferException {
        send(request);
        return answer();
    }

    /** Returns the next answer, which is short; for who has not begun to read otherwise. */
    byte[] answer() throws TransferException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0 || answer.size() == ANSWER_BYTES_MAX) {
                    throw ended();
                }
                answer.write(b);
            }
        } catch (IOException e) {
            throw lost(e);
        }
        return answer.toByteArray();
    }

    TransferException lost(IOException e) {
        return new TransferException("the connection to " + server.name() + " was lost: " + reason(e), e);
    }

    TransferException ended() {
        return new TransferException("the server " + server.name() + " closed the connection before it had answered");
    }

    static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing a socket failed: " + e, e);
        }
    }
}
