package io.karmadb.wal;

import io.karmadb.KarmaException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** The rotations that are asked for: any thread asks and waits, the flusher carries them out one after the other. */
final class Rotations {
    /** Guarded by this; the first one is under way or next. */
    private final ArrayDeque<CompletableFuture<Long>> asked = new ArrayDeque<>();

    /** Why none will be carried out any more, or null; guarded by this. */
    private Supplier<? extends KarmaException> over;

    /**
     * Asks for a rotation and waits for it, also while interrupted.
     *
     * @param flusher is woken
     * @return the LSN that it ended with
     */
    long askAndWait(Signal flusher) {
        CompletableFuture<Long> rotation = new CompletableFuture<>();
        synchronized (this) {
            if (over != null) {
                throw over.get();
            }
            asked.add(rotation);
        }
        flusher.request();
        try {
            return rotation.join();
        } catch (CompletionException e) {
            throw (KarmaException) e.getCause();
        }
    }

    /** Says whether one is asked for; {@link #succeed} and {@link #refuse} then end the first. */
    synchronized boolean isNextAsked() {
        return !asked.isEmpty();
    }

    /** Ends the first one: everything up to an LSN is in segments. */
    void succeed(long lsn) {
        removeFirst().complete(lsn);
    }

    /** Ends the first one: nothing was changed. */
    void refuse(KarmaException reason) {
        removeFirst().completeExceptionally(reason);
    }

    /** Ends all, also those that are asked for later. */
    synchronized void end(Supplier<? extends KarmaException> reason) {
        over = reason;
        asked.forEach(rotation -> rotation.completeExceptionally(reason.get()));
        asked.clear();
    }

    private synchronized CompletableFuture<Long> removeFirst() {
        return asked.remove();
    }
}
