package io.karmadb.client;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * A request on its way, and who waits for it. Belongs to its lane's event loop once it has been handed over.
 *
 * @param <T> what comes of it
 */
final class Call<T> {
    /** How often a read is sent at most. */
    private static final int ATTEMPTS_MAX = 3;

    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final KarmaCommand command;
    private final byte[] line;
    private final AnswerDecoder<T> decoder;
    private final long deadlineNanos;
    private final Runnable onEnd;
    private int attempts;

    /** Makes the result of an answer's line. */
    interface AnswerDecoder<T> {
        T decode(byte[] line) throws IOException;
    }

    Call(KarmaCommand command, byte[] line, AnswerDecoder<T> decoder, long deadlineNanos, Runnable onEnd) {
        this.command = command;
        this.line = line;
        this.decoder = decoder;
        this.deadlineNanos = deadlineNanos;
        this.onEnd = onEnd;
    }

    CompletableFuture<T> future() {
        return future;
    }

    byte[] line() {
        return line;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isExpired(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    void countAttempt() {
        attempts++;
    }

    /** Says whether it is safe, and still worthwhile, to send it once more. */
    boolean mayBeSentAgain(long nowNanos) {
        return command.isRead() && attempts < ATTEMPTS_MAX && !isExpired(nowNanos);
    }

    /**
     * Takes the answer.
     *
     * @throws IOException if it is not what the protocol says; nobody has been told yet
     */
    void answer(byte[] answer) throws IOException {
        T result;
        try {
            result = decoder.decode(answer);
        } catch (KarmaServerException e) {
            fail(e);
            return;
        }
        onEnd.run();
        future.complete(result);
    }

    void fail(KarmaClientException failure) {
        onEnd.run();
        future.completeExceptionally(failure);
    }

    void notSent(String why, Throwable cause) {
        fail(new KarmaNotSentException(command.text() + " was not sent: " + why, cause));
    }

    void outcomeUnknown(String why, Throwable cause) {
        String what = command.isRead() ? " has no answer: " : " was sent, but its outcome is unknown: ";
        fail(new KarmaOutcomeUnknownException(command.text() + what + why, cause));
    }
}
