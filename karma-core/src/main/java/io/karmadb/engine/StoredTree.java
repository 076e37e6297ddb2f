package io.karmadb.engine;

import io.karmadb.AsyncTree;
import io.karmadb.Batch;
import io.karmadb.Buckets;
import io.karmadb.CounterCursor;
import io.karmadb.CounterOverflowException;
import io.karmadb.CounterVisitor;
import io.karmadb.DayRange;
import io.karmadb.DeferredTree;
import io.karmadb.Ticket;
import io.karmadb.Tree;
import io.karmadb.counter.CounterTree;
import io.karmadb.counter.Outcome;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A handle to a tree by its name. Remembers the tree that it found last, and looks again when that one has been closed
 * off: dropped, replaced by a load, or the store closed.
 *
 * <p>All commands go through {@link #run}, told apart by a {@link TreeCommand} and plain numbers, so that the hot path
 * allocates nothing. Two have a shorter way before that, which mostly suffices: {@link #add} and {@link #sum(long)}.
 */
final class StoredTree extends CheckedWriter implements Tree, DeferredTree {
    private final String name;
    private final Trees trees;

    /** What a thread's blocking commands leave their results in. */
    private final ThreadLocal<Ticket> tickets;

    private volatile TreeState known;

    StoredTree(String name, Trees trees, DayClock clock, ThreadLocal<Ticket> tickets) {
        super(clock);
        this.name = TreeName.require(name);
        this.trees = trees;
        this.tickets = tickets;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Batch batch() {
        return new TreeBatch(this);
    }

    @Override
    public AsyncTree async() {
        return async(new CompletableFuture<>().defaultExecutor());
    }

    @Override
    public AsyncTree async(Executor executor) {
        return new StagedTree(this, Objects.requireNonNull(executor, "executor"));
    }

    @Override
    public DeferredTree deferred() {
        return this;
    }

    @Override
    long add(long key, int day, long amount) {
        TreeState tree = known;
        if (tree != null && tree.durableAtOnce) {
            long total = tree.counters.incrementCurrent(key, day, amount, tree.journal);
            if (total != CounterTree.UNKNOWN) {
                return total;
            }
        }
        return write(TreeCommand.INCREMENT, key, day, 0, amount);
    }

    @Override
    long write(TreeCommand command, long key, int first, int last, long amount) {
        Ticket ticket = tickets.get();
        ticket.clear();
        run(command, key, first, last, amount, ticket);
        long value = ticket.value();
        trees.log().awaitDurable(ticket.lsn());
        return value;
    }

    @Override
    public long sum(long key) {
        TreeState tree = known;
        if (tree != null) { // mostly: so short that a processor overlaps the cache misses of several
            long total = tree.counters.totalUnlocked(key);
            if (total != CounterTree.UNKNOWN) {
                return total;
            }
        }
        return read(TreeCommand.TOTAL, key, 0, 0).value();
    }

    @Override
    public long sum(long key, DayRange range) {
        return read(TreeCommand.SUM, key, range.first(), range.last()).value();
    }

    @Override
    public Buckets find(long key, DayRange range) {
        return read(TreeCommand.FIND, key, range.first(), range.last()).buckets();
    }

    private Ticket read(TreeCommand command, long key, int first, int last) {
        Ticket ticket = tickets.get();
        ticket.clear();
        run(command, key, first, last, 0, ticket);
        return ticket;
    }

    @Override
    public void find(DayRange range, CounterVisitor visitor) {
        try (CounterCursor cursor = cursor(range)) {
            while (cursor.next()) {
                visitor.visit(cursor.key(), cursor.buckets());
            }
        }
    }

    @Override
    public CounterCursor cursor(DayRange range) {
        CounterTree counters = retained();
        return new TreeCursor(counters, range, trees);
    }

    @Override
    public long keyCount() {
        CounterTree counters = retained();
        try {
            return counters.keyCount();
        } finally {
            counters.release();
        }
    }

    private CounterTree retained() {
        for (; ; ) {
            CounterTree counters = trees.require(name).counters;
            if (counters.retain()) {
                return counters;
            }
            trees.await(); // it has been given up, and is about to leave the map
        }
    }

    @Override
    public void prefetch(long key) {
        TreeState tree = known;
        if (tree != null) {
            tree.counters.prefetch(key);
        }
    }

    @Override
    public boolean increment(long key, Ticket ticket) {
        return run(TreeCommand.INCREMENT, key, today(), 0, 1, ticket);
    }

    @Override
    public boolean decrement(long key, Ticket ticket) {
        return run(TreeCommand.DECREMENT, key, today(), 0, 1, ticket);
    }

    @Override
    public boolean set(long key, int day, long count, Ticket ticket) {
        return run(TreeCommand.SET, key, requirePast(day), 0, count, ticket);
    }

    @Override
    public boolean sum(long key, Ticket ticket) {
        return run(TreeCommand.TOTAL, key, 0, 0, 0, ticket);
    }

    @Override
    public boolean sum(long key, DayRange range, Ticket ticket) {
        return run(TreeCommand.SUM, key, range.first(), range.last(), 0, ticket);
    }

    @Override
    public boolean find(long key, DayRange range, Ticket ticket) {
        return run(TreeCommand.FIND, key, range.first(), range.last(), 0, ticket);
    }

    @Override
    public boolean delete(long key, DayRange range, Ticket ticket) {
        return run(TreeCommand.DELETE, key, range.first(), range.last(), 0, ticket);
    }

    @Override
    public boolean reset(long key, Ticket ticket) {
        return run(TreeCommand.RESET, key, 0, 0, 0, ticket);
    }

    /**
     * Carries a command out, as often as it takes.
     *
     * @param first the first day of a range, or the day
     * @param last the last day of a range
     * @param amount the amount, or the count to set
     * @return false if it would have had to wait and the ticket forbids that
     */
    boolean run(TreeCommand command, long key, int first, int last, long amount, Ticket ticket) {
        TreeState remembered = known;
        for (TreeState tree = remembered == null ? look() : remembered; ; tree = look()) {
            Outcome outcome;
            if (tree != null) {
                if (command.reads()) {
                    ticket.raiseLsn(tree.bornLsn());
                }
                outcome = apply(command, tree, key, first, last, amount, ticket);
            } else if (command.reads()) {
                trees.require(name);
                continue;
            } else if (ticket.mayWait()) {
                outcome = create(command, key, first, last, amount, ticket);
            } else {
                return false;
            }
            if (outcome == Outcome.DONE) {
                return true;
            }
            if (outcome == Outcome.OVERFLOW) {
                throw command == TreeCommand.SET
                        ? new CounterOverflowException(name, key, ticket.value(), first, amount)
                        : new CounterOverflowException(name, key, ticket.value(), amount);
            }
            if (!again(outcome, tree, ticket)) {
                return false;
            }
        }
    }

    private Outcome apply(
            TreeCommand command, TreeState tree, long key, int first, int last, long amount, Ticket ticket) {
        return switch (command) {
            case INCREMENT -> tree.counters.increment(key, first, amount, tree.journal, ticket);
            case DECREMENT -> tree.counters.decrement(key, first, amount, tree.journal, ticket);
            case SET -> tree.counters.set(key, first, amount, tree.journal, ticket);
            case DELETE -> tree.counters.delete(key, first, last, tree.journal, ticket);
            case RESET -> tree.counters.reset(key, tree.journal, ticket);
            case DELETE_ALL -> tree.counters.deleteAll(first, last, tree.journal, ticket);
            case RESET_ALL -> tree.counters.resetAll(tree.journal, ticket);
            case TOTAL -> tree.counters.total(key, ticket);
            case SUM -> tree.counters.sum(key, first, last, ticket);
            case FIND -> tree.counters.find(key, first, last, ticket);
        };
    }

    private Outcome create(TreeCommand command, long key, int first, int last, long amount, Ticket ticket) {
        return trees.createByWriting(name, (tree, own) -> apply(command, tree, key, first, last, amount, own), ticket);
    }

    /** Returns the log that the tree's commands are recorded in. */
    CommandLog log() {
        return trees.log();
    }

    /** Says whether a command that was not done is to be tried again, having waited for what kept it. */
    private boolean again(Outcome outcome, TreeState tree, Ticket ticket) {
        switch (outcome) {
            case WOULD_WAIT:
                return false;
            case NO_ROOM:
                if (ticket.mayWait()) {
                    trees.log().awaitRoom();
                }
                return ticket.mayWait();
            case CLOSED_OFF:
                trees.checkOpen();
                if (ticket.mayWait()) {
                    trees.await(); // the command that closed it off is about to change the map
                }
                return ticket.mayWait() || trees.get(name) != tree;
            default:
                throw new AssertionError(outcome);
        }
    }

    private TreeState look() {
        TreeState tree = trees.get(name);
        known = tree;
        return tree;
    }
}
