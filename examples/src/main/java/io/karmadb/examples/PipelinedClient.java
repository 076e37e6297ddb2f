package io.karmadb.examples;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A client of the server over a plain socket: one JSON object a line each way, answers in the order of the requests.
 *
 * <p><b>Pipelining</b> sends many requests before it reads the first answer, so that they share one round trip and one
 * force of the server's log. How many are under way is bounded: whoever only ever sends fills the buffers between the
 * two, and then both wait for each other.
 *
 * <p>For one thread at a time.
 */
public final class PipelinedClient implements AutoCloseable {
    private static final int IN_FLIGHT_MAX = 128;
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;
    private final BufferedWriter requests;
    private final BufferedReader answers;

    PipelinedClient(String host, int port) throws IOException {
        socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            requests = new BufferedWriter(new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8));
            answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Adds 1 to a key as often as asked, many requests at a time. */
    void increment(long key, int times) throws IOException {
        String request = request("increment", key);
        for (int done = 0; done < times; ) {
            int batch = Math.min(IN_FLIGHT_MAX, times - done);
            for (int i = 0; i < batch; i++) {
                send(request);
            }
            requests.flush();
            for (int i = 0; i < batch; i++) {
                receive();
            }
            done += batch;
        }
    }

    /** Returns a key's unsigned total. */
    long sum(long key) throws IOException {
        send(request("sum", key));
        requests.flush();
        return Long.parseUnsignedLong(receive());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static String request(String command, long key) {
        return "{\"command\":\"" + command + "\",\"tree_name\":\"links\",\"key\":" + Long.toUnsignedString(key) + "}";
    }

    private void send(String request) throws IOException {
        requests.write(request);
        requests.write('\n');
    }

    /** Reads one answer; the server writes its fields in this order, without spaces. */
    private String receive() throws IOException {
        String answer = answers.readLine();
        if (answer == null) {
            throw new EOFException("the server closed the connection");
        }
        String start = "{\"protocol_version\":1,\"success\":true,\"response\":";
        String end = ",\"error_code\":null}";
        if (!answer.startsWith(start) || !answer.endsWith(end)) {
            throw new IOException("the server refused: answer=" + answer);
        }
        return answer.substring(start.length(), answer.length() - end.length());
    }

    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: PipelinedClient HOST PORT");
            System.exit(2);
        }
        try (PipelinedClient client = new PipelinedClient(args[0], Integer.parseInt(args[1]))) {
            long key = -1; // 18446744073709551615, the largest key: keys are unsigned
            client.increment(key, 1_000);
            System.out.println(
                    "sum of key " + Long.toUnsignedString(key) + ": " + Long.toUnsignedString(client.sum(key)));
        }
    }
}
