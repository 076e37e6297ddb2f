package io.karmadb.engine;

import io.karmadb.DurabilityListener;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Waits for what tells of durability later. */
public final class Durable {
    private Durable() {}

    /**
     * Waits for a write's stage.
     *
     * @throws KarmaException what completed it exceptionally
     */
    public static <T> T join(CompletionStage<T> stage) throws KarmaException {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw (KarmaException) e.getCause();
        }
    }

    /**
     * Waits until commands up to an LSN are durable.
     *
     * @throws KarmaException what the listener was told, if they never can be
     */
    public static void await(KarmaStore store, long lsn) throws KarmaException {
        CompletableFuture<KarmaException> told = new CompletableFuture<>();
        store.whenDurable(lsn, new DurabilityListener() {
            @Override
            public void durable() {
                told.complete(null);
            }

            @Override
            public void failed(KarmaException failure) {
                told.complete(failure);
            }
        });
        KarmaException failure = told.join();
        if (failure != null) {
            throw failure;
        }
    }
}
