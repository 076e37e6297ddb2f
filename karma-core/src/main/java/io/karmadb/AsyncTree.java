package io.karmadb;

import java.util.concurrent.CompletionStage;

/**
 * The writes of a {@link Tree} for applications that do not let a thread wait: each takes effect in memory when it is
 * called, and returns a stage that completes when it is durable. Many that are under way share one group commit.
 *
 * <p><b>Waiting.</b> The calling thread does not wait for the device, but it may for a moment: for another thread's write
 * to a key nearby, and for room in the log's buffer when the device does not keep up. Event loops that must not even do
 * that use {@link Tree#deferred}.
 *
 * <p><b>Completion.</b> Stages are completed by the executor of {@link Tree#async(java.util.concurrent.Executor)}, where
 * what depends on them may wait and write again; or before the call returns, if the write is durable by then, as it
 * always is with {@link Durability#NONE} and {@link Durability#BUFFERED}. They are completed about in the order of the
 * writes, not strictly. Every stage is completed, at the latest when the store is closed.
 *
 * <p><b>Errors.</b> What a write of {@link TreeWriter} throws as a {@link KarmaException} completes the stage
 * exceptionally; a dependent stage has it wrapped in a {@link java.util.concurrent.CompletionException}, as is usual.
 * A mistake of the caller is an {@link IllegalArgumentException}, thrown at once.
 *
 * <p><b>Threads.</b> Safe for any number of threads. Allocates a stage for every write; {@link Batch} and
 * {@link Tree#deferred} do not.
 */
public interface AsyncTree {
    /**
     * Returns the tree's name.
     *
     * @return the name, as given
     */
    String name();

    /**
     * Adds 1 to today's bucket.
     *
     * @param key the unsigned key
     * @return the unsigned total after it; or {@link CounterOverflowException}, as {@link TreeWriter#increment(long)}
     */
    CompletionStage<Long> increment(long key);

    /**
     * Adds an amount to today's bucket.
     *
     * @param key the unsigned key
     * @param amount unsigned, not 0
     * @return the unsigned total after it; or {@link CounterOverflowException}, as {@link TreeWriter#increment(long, long)}
     * @throws IllegalArgumentException if the amount is 0
     */
    CompletionStage<Long> increment(long key, long amount);

    /**
     * Adds an amount to the bucket of a given day.
     *
     * @param day a day of the calendar, {@code YYYYMMDD}
     * @param key the unsigned key
     * @param amount unsigned, not 0
     * @return the unsigned total after it; or {@link CounterOverflowException}, as {@link TreeWriter#incrementOn}
     * @throws IllegalArgumentException if the amount is 0 or there is no such day
     */
    CompletionStage<Long> incrementOn(int day, long key, long amount);

    /**
     * Takes 1 from today's bucket if it holds any. Other days are not touched.
     *
     * @param key the unsigned key
     * @return the amount taken, 0 or 1
     */
    CompletionStage<Long> decrement(long key);

    /**
     * Takes an amount, or what there is, from today's bucket. Other days are not touched.
     *
     * @param key the unsigned key
     * @param amount unsigned, not 0
     * @return the amount taken, unsigned, at most {@code amount}
     * @throws IllegalArgumentException if the amount is 0
     */
    CompletionStage<Long> decrement(long key, long amount);

    /**
     * Takes an amount, or what there is, from the bucket of a given day.
     *
     * @param day a day of the calendar, {@code YYYYMMDD}
     * @param key the unsigned key
     * @param amount unsigned, not 0
     * @return the amount taken, unsigned, at most {@code amount}
     * @throws IllegalArgumentException if the amount is 0 or there is no such day
     */
    CompletionStage<Long> decrementOn(int day, long key, long amount);

    /**
     * Makes the bucket of a given day hold exactly a count, as {@link TreeWriter#set}.
     *
     * @param key the unsigned key
     * @param day a day of the calendar, {@code YYYYMMDD}, not after {@link KarmaStore#today}
     * @param count unsigned; 0 leaves a bucket that holds 0
     * @return the unsigned total after it; or {@link CounterOverflowException}, as {@link TreeWriter#set}
     * @throws FutureDayException if the day has not come yet
     * @throws IllegalArgumentException if there is no such day
     */
    CompletionStage<Long> set(long key, int day, long count) throws FutureDayException;

    /**
     * Removes a key's buckets in a range; creates the key if it is missing.
     *
     * @param key the unsigned key
     * @param range the days
     * @return done
     */
    CompletionStage<Void> delete(long key, DayRange range);

    /**
     * Removes the buckets of all keys in a range, at one moment for all of them.
     *
     * @param range the days
     * @return done
     */
    CompletionStage<Void> delete(DayRange range);

    /**
     * Removes all buckets of a key; creates the key if it is missing.
     *
     * @param key the unsigned key
     * @return done
     */
    CompletionStage<Void> reset(long key);

    /**
     * Removes all buckets of all keys, at one moment for all of them; the keys stay.
     *
     * @return done
     */
    CompletionStage<Void> reset();
}
