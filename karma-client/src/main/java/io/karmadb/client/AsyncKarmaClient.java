package io.karmadb.client;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The asynchronous face of a {@link KarmaClient}. Requests are sent in the order in which one thread makes them, without
 * waiting for answers, and answered in that order.
 *
 * <p>Every stage fails with a {@link KarmaClientException}, which what follows it at once is given as it is, and what
 * follows that within a {@link java.util.concurrent.CompletionException}. What follows a stage without an executor of its own runs in
 * the client's thread: it must not block there, and blocking methods refuse to.
 */
public final class AsyncKarmaClient {
    private final Session session;

    AsyncKarmaClient(Session session) {
        this.session = session;
    }

    private static Request onTree(KarmaCommand command, String tree) {
        return Request.of(command).tree(tree);
    }

    private static Request keyed(KarmaCommand command, String tree, long key) {
        return onTree(command, tree).key(key);
    }

    private <T> CompletionStage<T> ask(Request request, ResponseReader<T> reader) {
        return session.ask(request, reader);
    }

    /**
     * Sends a request and returns the answer as it is, also if it is an error.
     *
     * @param request what to ask
     * @return the answer's line, without its line end
     */
    public CompletionStage<String> exchange(Request request) {
        return session.send(request, line -> new String(line, StandardCharsets.UTF_8));
    }

    /**
     * Shows the buckets of all keys of a tree to a visitor, as {@link KarmaClient#findAll(String, Days, CounterVisitor)}
     * does.
     *
     * @param tree the tree's name
     * @param days the range
     * @param visitor is shown every key; what it throws fails the stage
     * @param executor runs the visitor, and waits for the server meanwhile
     * @return false if the visitor did not want to see all
     */
    public CompletionStage<Boolean> findAll(String tree, Days days, CounterVisitor visitor, Executor executor) {
        Request request = onTree(KarmaCommand.FIND, tree).days(days);
        return CompletableFuture.supplyAsync(() -> session.visit(request, visitor), executor);
    }

    /**
     * Asks for a sign of life.
     *
     * @return done when the server has answered
     */
    public CompletionStage<Void> ping() {
        return ask(Request.of(KarmaCommand.PING), ResponseReaders::nothing);
    }

    /**
     * Adds 1 to today's bucket of a key. Creates a tree or key that is missing.
     *
     * @param tree the tree's name
     * @param key unsigned
     * @return done when the server has answered
     */
    public CompletionStage<Void> increment(String tree, long key) {
        return ask(keyed(KarmaCommand.INCREMENT, tree, key), ResponseReaders::nothing);
    }

    /**
     * Takes 1 from today's bucket of a key, which stops at zero. Creates a tree or key that is missing.
     *
     * @param tree the tree's name
     * @param key unsigned
     * @return done when the server has answered
     */
    public CompletionStage<Void> decrement(String tree, long key) {
        return ask(keyed(KarmaCommand.DECREMENT, tree, key), ResponseReaders::nothing);
    }

    /**
     * Sums all days of a key.
     *
     * @param tree the tree's name
     * @param key unsigned
     * @return the sum, unsigned; 0 for a key that is missing
     */
    public CompletionStage<Long> sum(String tree, long key) {
        return ask(keyed(KarmaCommand.SUM, tree, key), Json::unsigned);
    }

    /**
     * Sums a range of days of a key.
     *
     * @param tree the tree's name
     * @param key unsigned
     * @param days the range
     * @return the sum, unsigned; 0 for a key that is missing
     */
    public CompletionStage<Long> sum(String tree, long key, Days days) {
        return ask(keyed(KarmaCommand.SUM, tree, key).days(days), Json::unsigned);
    }

    /**
     * Returns the buckets of a key.
     *
     * @param tree the tree's name
     * @param key unsigned
     * @param days the range
     * @return its buckets in the range; none for a key that is missing
     */
    public CompletionStage<DayCounts> find(String tree, long key, Days days) {
        return ask(keyed(KarmaCommand.FIND, tree, key).days(days), ResponseReaders::days);
    }

    /**
     * Returns the buckets of all keys of a tree, for small trees: fails if the answer is longer than {@code answerBytesMax}.
     *
     * @param tree the tree's name
     * @param days the range
     * @return the buckets by key, which is unsigned, in the order of the answer
     */
    public CompletionStage<Map<Long, DayCounts>> findAll(String tree, Days days) {
        return ask(onTree(KarmaCommand.FIND, tree).days(days), ResponseReaders::tree);
    }

    /**
     * Removes the buckets of a range, of all keys.
     *
     * @param tree the tree's name
     * @param days the range
     * @return done when the server has answered
     */
    public CompletionStage<Void> delete(String tree, Days days) {
        return ask(onTree(KarmaCommand.DELETE, tree).days(days), ResponseReaders::nothing);
    }

    /**
     * Removes the buckets of a range, of one key.
     *
     * @param tree the tree's name
     * @param key unsigned
     * @param days the range
     * @return done when the server has answered
     */
    public CompletionStage<Void> delete(String tree, long key, Days days) {
        return ask(keyed(KarmaCommand.DELETE, tree, key).days(days), ResponseReaders::nothing);
    }

    /**
     * Removes all buckets of all keys; the keys stay.
     *
     * @param tree the tree's name
     * @return done when the server has answered
     */
    public CompletionStage<Void> reset(String tree) {
        return ask(onTree(KarmaCommand.RESET, tree), ResponseReaders::nothing);
    }

    /**
     * Removes all buckets of a key; the key stays.
     *
     * @param tree the tree's name
     * @param key unsigned
     * @return done when the server has answered
     */
    public CompletionStage<Void> reset(String tree, long key) {
        return ask(keyed(KarmaCommand.RESET, tree, key), ResponseReaders::nothing);
    }

    /**
     * Creates a tree, if it does not exist.
     *
     * @param tree the tree's name
     * @return done when the server has answered
     */
    public CompletionStage<Void> create(String tree) {
        return ask(onTree(KarmaCommand.CREATE, tree), ResponseReaders::nothing);
    }

    /**
     * Removes a tree with its counters.
     *
     * @param tree the tree's name
     * @return done when the server has answered
     */
    public CompletionStage<Void> drop(String tree) {
        return ask(onTree(KarmaCommand.DROP, tree), ResponseReaders::nothing);
    }

    /**
     * Lists the trees.
     *
     * @return their names, in order of creation
     */
    public CompletionStage<List<String>> trees() {
        return ask(Request.of(KarmaCommand.TREES), ResponseReaders::texts);
    }

    /**
     * Writes a snapshot of a tree.
     *
     * @param tree the tree's name
     * @return done when the server has answered
     */
    public CompletionStage<Void> dump(String tree) {
        return ask(onTree(KarmaCommand.DUMP, tree), ResponseReaders::nothing);
    }

    /**
     * Writes a snapshot of every tree, then deletes the log that is no longer needed, and older snapshots.
     *
     * @return done when the server has answered
     */
    public CompletionStage<Void> dumpAll() {
        return ask(Request.of(KarmaCommand.DUMP_ALL), ResponseReaders::nothing);
    }

    /**
     * Lists the snapshot files.
     *
     * @return their paths on the server, newest first
     */
    public CompletionStage<List<String>> dumps() {
        return ask(Request.of(KarmaCommand.DUMPS), ResponseReaders::texts);
    }

    /**
     * Replaces a tree by what a snapshot file holds.
     *
     * @param snapshot the file's bare name, or its path as {@link #dumps} shows it
     * @return what the server says, with the name of the tree
     */
    public CompletionStage<String> load(String snapshot) {
        return ask(onTree(KarmaCommand.LOAD, snapshot), Json::text);
    }

    /**
     * Says whether the server takes writes.
     *
     * @return its state
     */
    public CompletionStage<Health> health() {
        return ask(Request.of(KarmaCommand.HEALTH), ResponseReaders::health);
    }

    /**
     * Tells figures.
     *
     * @return the figures
     */
    public CompletionStage<Statistics> stats() {
        return ask(Request.of(KarmaCommand.STATS), ResponseReaders::statistics);
    }

    /**
     * Tells figures in the Prometheus format.
     *
     * @return several lines
     */
    public CompletionStage<String> metrics() {
        return ask(Request.of(KarmaCommand.METRICS), Json::text);
    }

    /**
     * Reads back everything on the server's disk and compares it with its memory.
     *
     * @return what it found
     */
    public CompletionStage<Verification> verify() {
        return ask(Request.of(KarmaCommand.VERIFY), ResponseReaders::verification);
    }
}
