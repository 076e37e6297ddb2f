package io.karmadb.server.network;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A blocking client over a real socket. */
public final class Client implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    public Client(int port) throws IOException {
        this(port, 0);
    }

    /** @param receiveBytes the receive buffer of a client that is meant to be slow, 0 for the system's choice */
    public Client(int port, int receiveBytes) throws IOException {
        this(new Socket(), port, receiveBytes);
    }

    /** @param socket not connected yet */
    public Client(Socket socket, int port, int receiveBytes) throws IOException {
        this.socket = socket;
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    }

    public Client send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public Client send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Sends a request and returns the answer without its line end. */
    public String ask(String request) throws IOException {
        return send(request + "\n").answer();
    }

    /** Returns the next answer without its line end; fails if it does not end with {@code \r\n}. */
    public String answer() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the connection ended, after: " + line.toString(StandardCharsets.UTF_8));
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        if (!text.endsWith("\r")) {
            throw new IOException("the line does not end with \\r\\n: " + text);
        }
        return text.substring(0, text.length() - 1);
    }

    /** Returns everything up to the connection's end, which a reset may be, too. */
    public String rest() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            in.transferTo(bytes);
        } catch (SocketException e) {
            bytes.writeBytes("<reset>".getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Returns whether bytes come within a time that is short for a person and long for a server. */
    public boolean hasAnswerSoon() throws IOException {
        in.mark(1);
        socket.setSoTimeout(150);
        try {
            int b = in.read();
            if (b >= 0) {
                in.reset();
            }
            return b >= 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    public InputStream input() {
        return in;
    }

    public void endInput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    public static String success(String response) {
        return "{\"protocol_version\":1,\"success\":true,\"response\":" + response + ",\"error_code\":null}";
    }

    public static String error(String code, String message) {
        return "{\"protocol_version\":1,\"success\":false,\"response\":\"" + message.replace("\"", "\\\"")
                + "\",\"error_code\":\"" + code + "\"}";
    }

    public static String increment(String tree, long key) {
        return "{\"command\":\"increment\",\"tree_name\":\"" + tree + "\",\"key\":" + Long.toUnsignedString(key) + "}";
    }
}
