package io.karmadb.simulation;

import io.karmadb.AsyncTree;
import io.karmadb.CounterOverflowException;
import io.karmadb.Day;
import io.karmadb.DayRange;
import io.karmadb.DeferredTree;
import io.karmadb.KarmaStore;
import io.karmadb.Ticket;
import io.karmadb.Tree;
import io.karmadb.TreeWriter;
import io.karmadb.engine.Durable;
import java.time.LocalDate;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.CompletionStage;

/**
 * A command on counters or on the list of trees: what it does to a store, and to a model of it.
 *
 * @param kind what
 * @param tree the tree's name
 * @param key the key, if it is about one
 * @param day the day, 0 for the clock's; of a range the first
 * @param last the last day of a range
 * @param amount the amount, or the count to set
 */
record Command(Kind kind, String tree, long key, int day, int last, long amount) {
    private static final String[] TREES = {"links", "shop/clicks", "%2F_1", "日本"};
    private static final long[] KEYS = {0, 1, 127, 254, Long.MAX_VALUE, Long.MIN_VALUE, -1};
    private static final LocalDate START = LocalDate.of(2026, 11, 1);

    enum Kind {
        INCREMENT,
        DECREMENT,
        SET,
        DELETE,
        DELETE_ALL,
        RESET,
        RESET_ALL,
        CREATE,
        DROP
    }

    private static final Kind[] OFTEN = {Kind.INCREMENT, Kind.INCREMENT, Kind.INCREMENT, Kind.DECREMENT, Kind.SET};

    static Command random(Random random) {
        Kind[] all = Kind.values();
        Kind kind = random.nextInt(3) == 0 ? all[random.nextInt(all.length)] : OFTEN[random.nextInt(OFTEN.length)];
        int day = randomDay(random);
        int other = randomDay(random);
        boolean range = kind == Kind.DELETE || kind == Kind.DELETE_ALL;
        boolean anyDay = random.nextInt(3) == 0 || kind == Kind.SET && random.nextBoolean();
        int first = range ? Math.min(day, other) : anyDay ? day : 0;
        long amount = random.nextInt(12) == 0 ? random.nextLong() | 1 : 1 + random.nextInt(3);
        return new Command(
                kind,
                TREES[random.nextInt(TREES.length)],
                KEYS[random.nextInt(KEYS.length)],
                first,
                range ? Math.max(day, other) : 0,
                kind == Kind.SET ? amount - 1 : amount);
    }

    /** Returns a random command on the counters of the same tree. */
    Command another(Random random) {
        for (; ; ) {
            Command command = random(random);
            if (command.kind != Kind.CREATE && command.kind != Kind.DROP) {
                return new Command(command.kind, tree, command.key, command.day, command.last, command.amount);
            }
        }
    }

    private static int randomDay(Random random) {
        return Day.of(START.plusDays(random.nextInt(40)));
    }

    /** Says whether a store that holds a state refuses the command, because a number would not fit. */
    boolean overflows(ModelState state, int today) {
        if (kind != Kind.INCREMENT && kind != Kind.SET) {
            return false;
        }
        long before = kind == Kind.INCREMENT ? state.total(tree, key) : others(state, today);
        return Long.compareUnsigned(before + amount, before) < 0;
    }

    /** Says whether the command is a caller's mistake: it sets a bucket whose day has not come yet. */
    boolean isMistaken(int today) {
        return kind == Kind.SET && day > today;
    }

    /** Returns the sum of the key's buckets but the one that is to be set. */
    private long others(ModelState state, int today) {
        Long count = state.bucket(tree, key, day == 0 ? today : day);
        return state.total(tree, key) - (count == null ? 0 : count);
    }

    /** Says whether the command changes nothing and is not logged: a tree that is there, or is not. */
    boolean isIdle(ModelState state) {
        boolean there = state.trees().containsKey(tree);
        return kind == Kind.CREATE && there || kind == Kind.DROP && !there;
    }

    /** Returns what a state becomes by the command. */
    ModelState applyTo(ModelState state, int today) {
        int on = day == 0 ? today : day;
        return switch (kind) {
            case INCREMENT -> state.change(tree, key, buckets -> buckets.merge(on, amount, Long::sum));
            case DECREMENT ->
                state.change(tree, key, buckets -> buckets.computeIfPresent(on, (d, count) -> count - taken(count)));
            case SET -> state.change(tree, key, buckets -> buckets.put(on, amount));
            case DELETE -> state.change(tree, key, this::deleteRange);
            case DELETE_ALL -> state.changeAll(tree, this::deleteRange);
            case RESET -> state.change(tree, key, NavigableMap::clear);
            case RESET_ALL -> state.changeAll(tree, NavigableMap::clear);
            case CREATE -> state.changeAll(tree, buckets -> {});
            case DROP -> state.without(tree);
        };
    }

    private void deleteRange(NavigableMap<Integer, Long> buckets) {
        buckets.subMap(day, true, last, true).clear();
    }

    private long taken(long count) {
        return Long.compareUnsigned(count, amount) < 0 ? count : amount;
    }

    /** Carries the command out until it is durable, and checks what it returns. */
    void applyTo(KarmaStore store, ModelState before, int today) throws CounterOverflowException {
        Tree handle = store.tree(tree);
        int on = day == 0 ? today : day;
        switch (kind) {
            case INCREMENT, DECREMENT, SET -> {
                if (isPlain()) {
                    expect(result(before, today), likeAnEventLoop(store, handle, on));
                } else if (amount == 2) {
                    expect(result(before, today), asynchronously(handle.async(), on));
                } else {
                    applyTo(handle, before, today);
                }
            }
            case CREATE -> expect(before.trees().containsKey(tree) ? 0 : 1, store.createTree(tree) ? 1 : 0);
            case DROP -> store.dropTree(tree);
            default -> applyTo(handle, before, today);
        }
    }

    /** Carries a command on counters out by a tree or a batch, and checks what it returns. */
    void applyTo(TreeWriter writer, ModelState before, int today) throws CounterOverflowException {
        int on = day == 0 ? today : day;
        switch (kind) {
            case INCREMENT ->
                expect(
                        result(before, today),
                        day == 0 ? writer.increment(key, amount) : writer.incrementOn(day, key, amount));
            case DECREMENT ->
                expect(
                        result(before, today),
                        day == 0 ? writer.decrement(key, amount) : writer.decrementOn(day, key, amount));
            case SET -> expect(result(before, today), writer.set(key, on, amount));
            case DELETE -> writer.delete(key, new DayRange(day, last));
            case DELETE_ALL -> writer.delete(new DayRange(day, last));
            case RESET -> writer.reset(key);
            case RESET_ALL -> writer.reset();
            default -> throw new AssertionError(kind);
        }
    }

    /** Returns what an increment, decrement or set must return. */
    private long result(ModelState before, int today) {
        return switch (kind) {
            case INCREMENT -> before.total(tree, key) + amount;
            case DECREMENT -> {
                Long count = before.bucket(tree, key, day == 0 ? today : day);
                yield count == null ? 0 : taken(count);
            }
            case SET -> others(before, today) + amount;
            default -> throw new AssertionError(kind);
        };
    }

    private long asynchronously(AsyncTree handle, int on) {
        CompletionStage<Long> stage = switch (kind) {
            case INCREMENT -> day == 0 ? handle.increment(key, amount) : handle.incrementOn(day, key, amount);
            case DECREMENT -> day == 0 ? handle.decrement(key, amount) : handle.decrementOn(day, key, amount);
            case SET -> handle.set(key, on, amount);
            default -> throw new AssertionError(kind);
        };
        return Durable.join(stage);
    }

    /** Says whether the deferred form of the command does the same. */
    private boolean isPlain() {
        return amount == 1 && (day == 0 || kind == Kind.SET);
    }

    /** Carries the command out, and makes it durable on this thread as far as that goes. */
    private long likeAnEventLoop(KarmaStore store, Tree handle, int on) {
        Ticket ticket = Ticket.waiting();
        DeferredTree deferred = handle.deferred();
        boolean done = switch (kind) {
            case INCREMENT -> deferred.increment(key, ticket);
            case DECREMENT -> deferred.decrement(key, ticket);
            case SET -> deferred.set(key, on, amount, ticket);
            default -> throw new AssertionError(kind);
        };
        if (!done) {
            throw new AssertionError("a ticket that waits was sent away: command=" + this);
        }
        if (!store.tryMakeDurable(ticket.lsn(), Long.MAX_VALUE)) {
            Durable.await(store, ticket.lsn());
        }
        return ticket.value();
    }

    private void expect(long expected, long actual) {
        if (expected != actual) {
            throw new AssertionError("wrong result: command=" + this + ", expected=" + Long.toUnsignedString(expected)
                    + ", actual=" + Long.toUnsignedString(actual));
        }
    }
}
