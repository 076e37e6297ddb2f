package io.karmadb.server.logging;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Writes lines to a stream on a thread of its own, so that nobody waits for a reader that is slow or gone.
 *
 * <p><b>Threads:</b> any. {@link #offer} never waits for the stream.
 *
 * <p><b>Failure:</b> lines beyond {@link #QUEUE_BYTES_MAX} are dropped; when there is room again, a line says how many. A
 * stream that has failed, such as a closed pipe, is not tried again, and its lines are dropped.
 */
final class LineWriter {
    /** How much may wait to be written. */
    static final int QUEUE_BYTES_MAX = 1024 * 1024;

    private final OutputStream stream;
    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
    private int queuedBytes;
    private long dropped;
    private boolean writing;
    private boolean failed;

    LineWriter(String name, OutputStream stream) {
        this.stream = stream;
        Thread thread = new Thread(this::run, "karma-log-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Queues a line, line end included, or drops it. */
    synchronized void offer(byte[] line) {
        if (failed || queuedBytes + line.length > QUEUE_BYTES_MAX) {
            dropped++;
            return;
        }
        if (dropped > 0) {
            add(droppedLine());
            dropped = 0;
        }
        add(line);
        notifyAll();
    }

    private void add(byte[] line) {
        queue.add(line);
        queuedBytes += line.length;
    }

    private byte[] droppedLine() {
        return ("{\"timestamp\":\"" + Instant.now().truncatedTo(ChronoUnit.MILLIS)
                        + "\",\"level\":\"warn\",\"event\":\"log.dropped\",\"message\":\"Log lines were dropped because"
                        + " nobody read them\",\"lines\":" + dropped + "}\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Waits until everything queued has been written, or cannot be, or the time is over.
     *
     * @return whether nothing is left
     */
    synchronized boolean flush(long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + unit.toNanos(timeout);
        while (!failed && (writing || !queue.isEmpty())) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return queue.isEmpty();
    }

    private void run() {
        try {
            while (true) {
                stream.write(take());
                stream.flush();
            }
        } catch (IOException e) {
            // There is nowhere left to report it to.
            fail();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the log's thread", e);
        }
    }

    private synchronized byte[] take() throws InterruptedException {
        writing = false;
        notifyAll();
        while (queue.isEmpty()) {
            wait();
        }
        byte[] line = queue.poll();
        queuedBytes -= line.length;
        writing = true;
        return line;
    }

    private synchronized void fail() {
        failed = true;
        writing = false;
        dropped += queue.size();
        queue.clear();
        queuedBytes = 0;
        notifyAll();
    }
}
