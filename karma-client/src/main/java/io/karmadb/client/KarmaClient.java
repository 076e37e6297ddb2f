package io.karmadb.client;

import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * A client of one server: counts, and asks for counts. Keys and counts are unsigned.
 *
 * <p><b>Connections.</b> One for all requests, which are sent without waiting for earlier answers; it is made when it is
 * needed and again when it is lost. Besides, one for the maintenance commands, which may take minutes, and one for each
 * answer that is streamed, so that nothing waits behind them.
 *
 * <p><b>Threads.</b> For any number. The client has one of its own, a daemon.
 *
 * <p><b>Failures.</b> Every method but {@link #close} may throw a {@link KarmaServerException} if the server refuses, a
 * {@link KarmaNotSentException} or a {@link KarmaOutcomeUnknownException}. A name that no tree can have is an
 * {@link IllegalArgumentException}. An interrupt while waiting for an answer is the last of these, too, and stays set.
 */
public final class KarmaClient implements AutoCloseable {
    private final Session session;
    private final AsyncKarmaClient async;

    KarmaClient(Session session) {
        this.session = session;
        this.async = new AsyncKarmaClient(session);
    }

    /**
     * Returns a builder.
     *
     * @return one with the defaults
     */
    public static KarmaClientBuilder builder() {
        return new KarmaClientBuilder();
    }

    /**
     * Returns the same client with methods that do not wait.
     *
     * @return a view
     */
    public AsyncKarmaClient async() {
        return async;
    }

    private <T> T await(Supplier<CompletionStage<T>> request) {
        session.requireMayWait();
        try {
            return request.get().toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KarmaOutcomeUnknownException("interrupted while waiting for an answer", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KarmaClientException failure) {
                throw failure.again();
            }
            throw new CompletionException(e.getCause());
        }
    }

    /**
     * Sends a request and returns the answer as it is, also if it is an error.
     *
     * @param request what to ask
     * @return the answer's line, without its line end
     */
    public String exchange(Request request) {
        return await(() -> async.exchange(request));
    }

    /**
     * Sends a request over a connection of its own, and returns the answer as it arrives, also if it is an error. The
     * server waits for who reads it. Connecting is tried once.
     *
     * @param request what to ask
     * @return the answer's line, without its line end, for one thread at a time; to be closed. It throws an
     *     {@link java.io.IOException} with a {@link KarmaClientException} as its cause if the line is cut off
     */
    public InputStream stream(Request request) {
        return session.stream(request);
    }

    /**
     * Shows the buckets of all keys of a tree to a visitor while they arrive, over a connection of its own, so that the
     * tree may have any size. Each key has the buckets of one moment; different keys may be of different moments.
     * Connecting is tried once.
     *
     * @param tree the tree's name
     * @param days the range
     * @param visitor is shown every key, in this thread; what it throws is passed on. After a failure it has seen a part
     * @return false if the visitor did not want to see all
     */
    public boolean findAll(String tree, Days days, CounterVisitor visitor) {
        return session.visit(Request.of(KarmaCommand.FIND).tree(tree).days(days), visitor);
    }

    /**
     * Asks for a sign of life.
     */
    public void ping() {
        await(() -> async.ping());
    }

    /**
     * Adds 1 to today's bucket of a key. Creates a tree or key that is missing.
     *
     * @param tree the tree's name
     * @param key unsigned
     */
    public void increment(String tree, long key) {
        await(() -> async.increment(tree, key));
    }

    /**
     * Takes 1 from today's bucket of a key, which stops at zero. Creates a tree or key that is missing.
     *
     * @param tree the tree's name
     * @param key unsigned
     */
    public void decrement(String tree, long key) {
        await(() -> async.decrement(tree, key));
    }

    /**
     * Sums all days of a key.
     *
     * @param tree the tree's name
     * @param key unsigned
     * @return the sum, unsigned; 0 for a key that is missing
     */
    public long sum(String tree, long key) {
        return await(() -> async.sum(tree, key));
    }

    /**
     * Sums a range of days of a key.
     *
     * @param tree the tree's name
     * @param key unsigned
     * @param days the range
     * @return the sum, unsigned; 0 for a key that is missing
     */
    public long sum(String tree, long key, Days days) {
        return await(() -> async.sum(tree, key, days));
    }

    /**
     * Returns the buckets of a key.
     *
     * @param tree the tree's name
     * @param key unsigned
     * @param days the range
     * @return its buckets in the range; none for a key that is missing
     */
    public DayCounts find(String tree, long key, Days days) {
        return await(() -> async.find(tree, key, days));
    }

    /**
     * Returns the buckets of all keys of a tree, for small trees: fails if the answer is longer than {@code answerBytesMax}.
     *
     * @param tree the tree's name
     * @param days the range
     * @return the buckets by key, which is unsigned, in the order of the answer
     */
    public Map<Long, DayCounts> findAll(String tree, Days days) {
        return await(() -> async.findAll(tree, days));
    }

    /**
     * Removes the buckets of a range, of all keys.
     *
     * @param tree the tree's name
     * @param days the range
     */
    public void delete(String tree, Days days) {
        await(() -> async.delete(tree, days));
    }

    /**
     * Removes the buckets of a range, of one key.
     *
     * @param tree the tree's name
     * @param key unsigned
     * @param days the range
     */
    public void delete(String tree, long key, Days days) {
        await(() -> async.delete(tree, key, days));
    }

    /**
     * Removes all buckets of all keys; the keys stay.
     *
     * @param tree the tree's name
     */
    public void reset(String tree) {
        await(() -> async.reset(tree));
    }

    /**
     * Removes all buckets of a key; the key stays.
     *
     * @param tree the tree's name
     * @param key unsigned
     */
    public void reset(String tree, long key) {
        await(() -> async.reset(tree, key));
    }

    /**
     * Creates a tree, if it does not exist.
     *
     * @param tree the tree's name
     */
    public void create(String tree) {
        await(() -> async.create(tree));
    }

    /**
     * Removes a tree with its counters.
     *
     * @param tree the tree's name
     */
    public void drop(String tree) {
        await(() -> async.drop(tree));
    }

    /**
     * Lists the trees.
     *
     * @return their names, in order of creation
     */
    public List<String> trees() {
        return await(() -> async.trees());
    }

    /**
     * Writes a snapshot of a tree.
     *
     * @param tree the tree's name
     */
    public void dump(String tree) {
        await(() -> async.dump(tree));
    }

    /**
     * Writes a snapshot of every tree, then deletes the log that is no longer needed, and older snapshots.
     */
    public void dumpAll() {
        await(() -> async.dumpAll());
    }

    /**
     * Lists the snapshot files.
     *
     * @return their paths on the server, newest first
     */
    public List<String> dumps() {
        return await(() -> async.dumps());
    }

    /**
     * Replaces a tree by what a snapshot file holds.
     *
     * @param snapshot the file's bare name, or its path as {@link #dumps} shows it
     * @return what the server says, with the name of the tree
     */
    public String load(String snapshot) {
        return await(() -> async.load(snapshot));
    }

    /**
     * Says whether the server takes writes.
     *
     * @return its state
     */
    public Health health() {
        return await(() -> async.health());
    }

    /**
     * Tells figures.
     *
     * @return the figures
     */
    public Statistics stats() {
        return await(() -> async.stats());
    }

    /**
     * Tells figures in the Prometheus format.
     *
     * @return several lines
     */
    public String metrics() {
        return await(() -> async.metrics());
    }

    /**
     * Reads back everything on the server's disk and compares it with its memory.
     *
     * @return what it found
     */
    public Verification verify() {
        return await(() -> async.verify());
    }

    /**
     * Closes the connections. Requests that were sent and not answered have no known outcome. Closing twice does nothing.
     */
    @Override
    public void close() {
        session.close();
    }

    /** Says nothing of the token. */
    @Override
    public String toString() {
        return "KarmaClient[" + session + "]";
    }
}
