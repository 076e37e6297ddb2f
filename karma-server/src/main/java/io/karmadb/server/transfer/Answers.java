package io.karmadb.server.transfer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes a server's answers to requests that were sent without waiting, on a thread of its own: whoever sends can then
 * never wait for a server that waits for its answers to be taken. The first failure is kept, and what follows it is taken
 * and forgotten.
 *
 * <p>All else is for the one thread that sends.
 */
final class Answers {
    /** The most requests without an answer. */
    static final int WINDOW = 1024;

    private static final byte[] SUCCESS =
            "{\"protocol_version\":1,\"success\":true,".getBytes(StandardCharsets.US_ASCII);
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    /** Sends what is kept back, since its answers are waited for. */
    interface Sending {
        void sendAll() throws TransferException;
    }

    private final ServerConnection connection;
    private final Thread reader;

    /** The lines of the file that requests are from, by their number modulo the window; guarded by this. */
    private final long[] lines = new long[WINDOW];

    /** Guarded by this, like all that follows. */
    private long sent;

    private long answered;
    private TransferException failure;

    Answers(ServerConnection connection) {
        this.connection = connection;
        reader = new Thread(this::read, "karma-import-answers");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Announces a request, once there is room for it.
     *
     * @param line where in the file it is from
     * @param sending called before it waits
     */
    void expect(long line, Sending sending) throws TransferException {
        if (isFull()) {
            sending.sendAll();
            awaitUnanswered(WINDOW / 2);
        }
        synchronized (this) {
            lines[(int) (sent % WINDOW)] = line;
            sent++;
        }
    }

    private synchronized boolean isFull() {
        return sent - answered == WINDOW;
    }

    /** Waits for all answers. */
    void await() throws TransferException {
        awaitUnanswered(0);
    }

    private synchronized void awaitUnanswered(long most) throws TransferException {
        boolean interrupted = false;
        while (sent - answered > most && failure == null) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void read() {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (InputStream in = connection.in()) {
            for (int b = next(in); b >= 0; b = next(in)) {
                if (b != '\n') {
                    answer.write(b);
                    if (answer.size() > ANSWER_BYTES_MAX) {
                        fail(new TransferException("the server does not speak the protocol: its answer has no end"));
                        return;
                    }
                } else {
                    take(answer.toByteArray());
                    answer.reset();
                }
            }
            fail(connection.ended());
        } catch (IOException e) {
            fail(connection.lost(e));
        }
    }

    /** Reads a byte; that nothing comes when nothing is asked for is no failure. */
    private int next(InputStream in) throws IOException {
        while (true) {
            try {
                return in.read();
            } catch (SocketTimeoutException e) {
                synchronized (this) {
                    if (sent != answered) {
                        throw e;
                    }
                }
            }
        }
    }

    private synchronized void take(byte[] answer) {
        long line = lines[(int) (answered % WINDOW)];
        if (!isSuccess(answer)) {
            fail(Target.refused(line, problem(answer)));
        }
        answered++;
        if (sent - answered <= WINDOW / 2) {
            notifyAll();
        }
    }

    private synchronized void fail(TransferException why) {
        if (failure == null) {
            failure = why;
        }
        notifyAll();
    }

    static boolean isSuccess(byte[] answer) {
        return answer.length > SUCCESS.length && Arrays.equals(answer, 0, SUCCESS.length, SUCCESS, 0, SUCCESS.length);
    }

    /** Returns what an answer says is wrong. */
    static String problem(byte[] answer) {
        AnswerFields fields;
        try {
            fields = AnswerFields.of(answer);
        } catch (IOException e) {
            fields = new AnswerFields(null, null);
        }
        if (fields.response() == null || fields.code() == null) {
            return "the server does not speak the protocol: it answered "
                    + Fields.shown(new String(answer, StandardCharsets.UTF_8));
        }
        return fields.response() + " (" + fields.code() + ")";
    }

    /** Waits for the thread, after the connection was closed. */
    void awaitEnd() {
        boolean interrupted = false;
        while (true) {
            try {
                reader.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
