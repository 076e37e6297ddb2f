package io.karmadb.server.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** A connection with its window of requests that wait for their answers. For its worker's thread. */
final class LoadConnection {
    private static final int OUT_BYTES_MAX = 64 * 1024;

    private final LoadWorker worker;
    private final int index;
    private final SocketChannel channel;
    private final ResponseReader reader;
    private final int requestBytesMax;
    private final ByteBuffer out;

    /** When each request in the window was sent or due, and what it asks: a ring. */
    private final long[] starts;

    private final byte[] operations;
    private int oldest;
    private int inFlight;

    /** How many requests are due and not yet sent. */
    private long backlog;

    /** The number of the next request to be sent, in the open loop. */
    private long next;

    private SelectionKey key;

    /**
     * Makes a connection with nothing in its window.
     *
     * @param index its place among the worker's connections
     */
    LoadConnection(
            LoadWorker worker,
            int index,
            SocketChannel channel,
            ResponseReader reader,
            int window,
            int requestBytesMax) {
        this.worker = worker;
        this.index = index;
        this.channel = channel;
        this.reader = reader;
        this.requestBytesMax = requestBytesMax;
        out = ByteBuffer.allocateDirect(
                (int) Math.max(requestBytesMax, Math.min((long) window * requestBytesMax, OUT_BYTES_MAX)));
        starts = new long[window];
        operations = new byte[window];
    }

    void register(SelectionKey registered) {
        key = registered;
    }

    int index() {
        return index;
    }

    int inFlight() {
        return inFlight;
    }

    /** Has one more request sent, as soon as the window lets it. */
    void addDue() {
        backlog++;
    }

    /** Sends what the window has room for. */
    void fill(long now) throws IOException {
        while (inFlight < starts.length && out.remaining() >= requestBytesMax) {
            long start = now;
            if (worker.isOpenLoop()) {
                if (backlog == 0) {
                    break;
                }
                backlog--;
                start = worker.dueNanos(index, next++);
            } else if (!worker.mayStart(now)) {
                break;
            }
            int at = oldest + inFlight;
            at = at >= starts.length ? at - starts.length : at;
            starts[at] = start;
            operations[at] = (byte) worker.put(out);
            inFlight++;
        }
        flush();
    }

    private void flush() throws IOException {
        if (out.position() == 0) {
            return;
        }
        out.flip();
        channel.write(out);
        boolean rest = out.hasRemaining();
        out.compact();
        int wanted = rest ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    /** Takes the answers that have come, and sends on. */
    void onReady(ByteBuffer in, byte[] bytes) throws IOException {
        in.clear();
        int received = channel.read(in);
        if (received < 0) {
            throw new EOFException("the server has closed a connection");
        }
        long now = System.nanoTime();
        in.flip();
        in.get(bytes, 0, received);
        int at = 0;
        while (at < received) {
            int end = reader.next(bytes, at, received);
            if (end == ResponseReader.NONE) {
                break;
            }
            at = end;
            answered(now);
        }
        fill(now);
    }

    private void answered(long now) throws IOException {
        if (inFlight == 0) {
            throw new IOException("the server has answered what nobody asked: " + reader.errorText());
        }
        worker.answered(operations[oldest], starts[oldest], now, reader);
        oldest = oldest + 1 == starts.length ? 0 : oldest + 1;
        inFlight--;
    }

    void close() throws IOException {
        channel.close();
    }
}
