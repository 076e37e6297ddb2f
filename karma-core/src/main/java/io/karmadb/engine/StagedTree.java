package io.karmadb.engine;

import io.karmadb.AsyncTree;
import io.karmadb.DayRange;
import io.karmadb.DurabilityListener;
import io.karmadb.KarmaException;
import io.karmadb.TreeWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Writes as stages. Each is a batch of one, and its stage is completed when that is durable: by an executor, since on the
 * log's thread what depends on the stage could not wait for the log.
 */
final class StagedTree implements AsyncTree {
    private final StoredTree tree;
    private final Executor executor;

    StagedTree(StoredTree tree, Executor executor) {
        this.tree = tree;
        this.executor = executor;
    }

    @Override
    public String name() {
        return tree.name();
    }

    @Override
    public CompletionStage<Long> increment(long key) {
        return stage(writer -> writer.increment(key));
    }

    @Override
    public CompletionStage<Long> increment(long key, long amount) {
        return stage(writer -> writer.increment(key, amount));
    }

    @Override
    public CompletionStage<Long> incrementOn(int day, long key, long amount) {
        return stage(writer -> writer.incrementOn(day, key, amount));
    }

    @Override
    public CompletionStage<Long> decrement(long key) {
        return stage(writer -> writer.decrement(key));
    }

    @Override
    public CompletionStage<Long> decrement(long key, long amount) {
        return stage(writer -> writer.decrement(key, amount));
    }

    @Override
    public CompletionStage<Long> decrementOn(int day, long key, long amount) {
        return stage(writer -> writer.decrementOn(day, key, amount));
    }

    @Override
    public CompletionStage<Long> set(long key, int day, long count) {
        return stage(writer -> writer.set(key, day, count));
    }

    @Override
    public CompletionStage<Void> delete(long key, DayRange range) {
        return stage(writer -> {
            writer.delete(key, range);
            return null;
        });
    }

    @Override
    public CompletionStage<Void> delete(DayRange range) {
        return stage(writer -> {
            writer.delete(range);
            return null;
        });
    }

    @Override
    public CompletionStage<Void> reset(long key) {
        return stage(writer -> {
            writer.reset(key);
            return null;
        });
    }

    @Override
    public CompletionStage<Void> reset() {
        return stage(writer -> {
            writer.reset();
            return null;
        });
    }

    private <T> CompletionStage<T> stage(Function<TreeWriter, T> write) {
        TreeBatch batch = new TreeBatch(tree);
        T result;
        try {
            result = write.apply(batch);
        } catch (KarmaException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (batch.isDurable()) {
            return CompletableFuture.completedFuture(result);
        }
        PendingStage<T> pending = new PendingStage<>(result, executor);
        batch.whenDurable(pending);
        return pending.stage;
    }

    /** A stage whose write waits to be durable. */
    private static final class PendingStage<T> implements DurabilityListener {
        private final CompletableFuture<T> stage = new CompletableFuture<>();
        private final T result;
        private final Executor executor;

        PendingStage(T result, Executor executor) {
            this.result = result;
            this.executor = executor;
        }

        @Override
        public void durable() {
            execute(() -> stage.complete(result));
        }

        @Override
        public void failed(KarmaException failure) {
            execute(() -> stage.completeExceptionally(failure));
        }

        private void execute(Runnable completion) {
            try {
                executor.execute(completion);
            } catch (
                    RuntimeException
                            rejected) { // say, because it has been shut down: whoever waits is to know all the same
                stage.defaultExecutor().execute(completion);
            }
        }
    }
}
