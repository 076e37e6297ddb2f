package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.DayRange;
import io.karmadb.DeferredTree;
import io.karmadb.DurabilityListener;
import io.karmadb.KarmaException;
import io.karmadb.StoreClosedException;
import io.karmadb.Ticket;
import io.karmadb.Tree;
import io.karmadb.TreeNotFoundException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** One of the threads of {@link SharedKeysRun} that write to the shared keys, with all that it was told. */
final class SharedKeysWriter {
    /** What a read has shown, as of an LSN; the buckets only if they were asked for. */
    record Seen(long key, long lsn, long total, SortedMap<Integer, Long> buckets) {}

    /** What commands did whose LSN is known, by that. */
    final Map<Long, LogModel.Effect> numbered = new HashMap<>();

    /** What commands did that do not tell their LSN. */
    final List<LogModel.Effect> unnumbered = new ArrayList<>();

    final List<Seen> seen = new ArrayList<>();

    private final SharedKeysRun run;
    private final Random random;
    private final Tree tree;
    private final DeferredTree deferred;
    private final Ticket never = Ticket.neverWaiting();
    private final Ticket waiting = Ticket.waiting();
    private long highestLsn;

    SharedKeysWriter(SharedKeysRun run, Random random) {
        this.run = run;
        this.random = random;
        tree = run.store.tree(SharedKeysRun.TREE);
        deferred = tree.deferred();
    }

    /** Returns what all commands did. */
    List<LogModel.Effect> effects() {
        List<LogModel.Effect> all = new ArrayList<>(unnumbered);
        all.addAll(numbered.values());
        return all;
    }

    /** Writes until the store closes or the run has had enough. */
    void run() {
        try {
            for (int i = 0; run.wants(i); i++) {
                command(random.nextInt(SharedKeysRun.KEYS.length));
                run.progress.incrementAndGet();
                if (random.nextInt(16) == 0) {
                    awaitDurable();
                }
            }
        } catch (StoreClosedException e) {
            run.requireClosing(e);
        }
        awaitDurable();
    }

    private void command(int index) {
        long key = SharedKeysRun.KEYS[index];
        int choice = random.nextInt(26);
        if (choice < 8) {
            Ticket ticket = issue(index, 1, own -> deferred.increment(key, own));
            note(ticket, "increment", key, 1);
        } else if (choice < 13) {
            Ticket ticket = issue(index, 1, own -> deferred.decrement(key, own));
            assertThat(ticket.value()).isBetween(0L, 1L);
            note(ticket, "decrement", key, 0);
        } else if (choice < 18) {
            read(index, key);
        } else if (choice < 22 || run.mix == SharedKeysRun.Mix.COUNTING) {
            withAmount(key, 1 + random.nextInt(9));
        } else if (choice == 22) {
            remove(index, key);
        } else if (choice == 23) {
            empty();
        } else {
            set(index, key);
        }
    }

    private void set(int index, long key) {
        int today = run.store.today();
        int day = random.nextBoolean() ? today : today - random.nextInt(3);
        long count = random.nextInt(20);
        note(issue(index, 1, own -> deferred.set(key, day, count, own)), "set", key, count);
    }

    private void withAmount(long key, int amount) {
        int day = 20261118 + random.nextInt(4);
        switch (random.nextInt(4)) {
            case 0 -> told("increment", key, amount, tree.increment(key, amount));
            case 1 -> told("increment", key, amount, tree.incrementOn(day, key, amount));
            case 2 -> taken(key, amount, tree.decrement(key, amount));
            default -> taken(key, amount, tree.decrementOn(day, key, amount));
        }
    }

    private void taken(long key, int amount, long taken) {
        assertThat(taken).isBetween(0L, (long) amount);
        told("decrement", key, 0, taken);
    }

    private void told(String command, long key, long amount, long value) {
        unnumbered.add(new LogModel.Effect(command, key, amount, value, null));
    }

    private void remove(int index, long key) {
        if (random.nextBoolean()) {
            note(issue(index, 1, own -> deferred.reset(key, own)), "reset", key, 0);
        } else {
            DayRange days = DayRange.of(run.store.today());
            note(issue(index, 1, own -> deferred.delete(key, days, own)), "delete", key, 0);
        }
    }

    private void empty() {
        if (random.nextBoolean()) {
            tree.reset();
            told("reset", 0, 0, 0);
        } else {
            tree.delete(DayRange.of(run.store.today()));
            told("delete", 0, 0, 0);
        }
    }

    private void read(int index, long key) {
        try {
            if (random.nextBoolean()) {
                Ticket ticket = issue(index, 0, own -> deferred.sum(key, own));
                seen.add(new Seen(key, ticket.lsn(), ticket.value(), null));
            } else {
                Ticket ticket = issue(index, 0, own -> deferred.find(key, DayRange.ALL, own));
                seen.add(new Seen(
                        key,
                        ticket.lsn(),
                        ticket.buckets().sum(),
                        ticket.buckets().toMap()));
            }
        } catch (TreeNotFoundException e) {
            assertThat(run.mix).isEqualTo(SharedKeysRun.Mix.REPLACING);
        }
    }

    /**
     * Issues a command, first in half of the cases with a ticket that never waits. What someone had been told before it
     * began must come before it in the log.
     *
     * @param above 1 for a write, whose LSN is its own, 0 for a read
     */
    private Ticket issue(int index, int above, Predicate<Ticket> command) {
        AtomicLong told = run.told[index];
        long before = told.get();
        Ticket ticket = random.nextBoolean() ? never : waiting;
        ticket.clear();
        if (!command.test(ticket)) {
            assertThat(ticket).isSameAs(never);
            ticket = waiting;
            ticket.clear();
            assertThat(command.test(ticket)).isTrue();
        }
        assertThat(ticket.lsn()).as("LSN after %d", before).isGreaterThanOrEqualTo(before + above);
        told.accumulateAndGet(ticket.lsn(), Math::max);
        highestLsn = Math.max(highestLsn, ticket.lsn());
        return ticket;
    }

    private void note(Ticket ticket, String command, long key, long amount) {
        var former = numbered.put(ticket.lsn(), new LogModel.Effect(command, key, amount, ticket.value(), null));
        assertThat(former).as("another command of LSN %d", ticket.lsn()).isNull();
    }

    private void awaitDurable() {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        run.store.whenDurable(highestLsn, new DurabilityListener() {
            @Override
            public void durable() {
                durable.complete(null);
            }

            @Override
            public void failed(KarmaException failure) {
                durable.completeExceptionally(failure);
            }
        });
        Background.await(durable::isDone);
        durable.join();
        assertThat(run.store.isDurable(highestLsn)).isTrue();
    }
}
