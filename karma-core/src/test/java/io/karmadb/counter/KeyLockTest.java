package io.karmadb.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.karmadb.HistoryKind;
import io.karmadb.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A tree that records nothing: increments lock their key alone, and all else has to keep out of their way. */
class KeyLockTest {
    private static final int COMMANDS = 200_000;
    private static final int DAY = 20261120;
    private static final int ALL_DAYS = Integer.MAX_VALUE;

    private final CounterTree tree = CounterTree.create(HistoryKind.ON_HEAP);
    private final Journal journal = new NumberingJournal(0);
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final AtomicLong quick = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final long seed = System.nanoTime();

    KeyLockTest() {
        tree.useKeyLocks();
    }

    @AfterEach
    void end() {
        pool.shutdownNow();
        tree.release();
    }

    /** Few branches, so that threads meet. */
    private static long key(int number) {
        return (long) number * CounterTree.BRANCHES + number % 2;
    }

    private long increment(long key, int day, Ticket ticket) {
        long total = tree.incrementCurrent(key, day, 1, journal);
        if (total != CounterTree.UNKNOWN) {
            quick.incrementAndGet();
            return total;
        }
        assertThat(tree.increment(key, day, 1, journal, ticket)).isEqualTo(Outcome.DONE);
        return ticket.value();
    }

    /** Runs some threads to their end, and others until then. */
    private void run(List<Callable<?>> finite, List<Callable<?>> meanwhile) throws Exception {
        List<Future<?>> ends = new ArrayList<>();
        List<Future<?>> others = new ArrayList<>();
        try {
            finite.forEach(task -> ends.add(pool.submit(task)));
            meanwhile.forEach(task -> others.add(pool.submit(() -> {
                do {
                    task.call();
                } while (!over.get());
                return null;
            })));
            for (Future<?> end : ends) {
                end.get(1, TimeUnit.MINUTES);
            }
        } finally {
            over.set(true);
        }
        for (Future<?> other : others) {
            other.get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void whatIsAddedAndTakenIsThereWhileTablesGrowAndDaysChange() throws Exception {
        int keys = 3_000;
        int threads = 3;
        AtomicLong taken = new AtomicLong();
        List<Callable<?>> writers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            SplittableRandom random = new SplittableRandom(seed + i);
            writers.add(() -> {
                Ticket ticket = Ticket.waiting();
                for (int command = 0; command < COMMANDS; command++) {
                    long key = key(random.nextInt(1 + (int) ((long) keys * command / COMMANDS)));
                    increment(key, DAY + (random.nextInt(200) == 0 ? 1 : 0), ticket);
                    if (random.nextInt(20) == 0) {
                        tree.decrement(key, DAY, 2, journal, ticket);
                        taken.addAndGet(ticket.value());
                    }
                }
                return null;
            });
        }
        CounterBatch batch = new CounterBatch();
        run(writers, List.of(() -> copy(batch), this::read));
        assertThat(copy(batch)).as("seed %s", seed).isEqualTo((long) threads * COMMANDS - taken.get());
        assertThat(quick.get()).as("seed %s", seed).isGreaterThan(COMMANDS);
    }

    /** Copies all counters, each of which must agree with itself. Returns the sum of all totals. */
    private long copy(CounterBatch batch) {
        long sum = 0;
        for (int branch = 0; branch < tree.branchCount(); branch++) {
            long[] keys = tree.keys(branch);
            for (int from = 0; from < keys.length; from += 100) {
                int to = Math.min(keys.length, from + 100);
                tree.copy(branch, keys, from, to, 0, ALL_DAYS, batch);
                for (int i = 0; i < batch.size(); i++) {
                    long buckets = 0;
                    for (int bucket = batch.firstBucket(i); bucket < batch.endBucket(i); bucket++) {
                        buckets += batch.buckets().count(bucket);
                    }
                    if (buckets != batch.total(i)) {
                        throw new AssertionError("seed " + seed + ", key=" + batch.key(i) + ", total=" + batch.total(i)
                                + ", buckets=" + buckets);
                    }
                    sum += buckets;
                }
            }
        }
        return sum;
    }

    /** What the first key's buckets hold is never more than was added by then, nor is anything but two buckets there. */
    private Object read() {
        Ticket ticket = Ticket.waiting();
        tree.sum(key(0), DAY, DAY + 1, ticket);
        assertThat(ticket.value()).isBetween(0L, 3L * COMMANDS);
        tree.find(key(0), 0, ALL_DAYS, ticket);
        assertThat(ticket.buckets().size()).isBetween(0, 2);
        return null;
    }

    /** Each key has one thread that increments it, and knows what a removal beside it can leave. */
    @Test
    void nothingIsLostAfterARemoval() throws Exception {
        List<Callable<?>> writers = new ArrayList<>();
        AtomicLong removals = new AtomicLong();
        CounterBatch batch = new CounterBatch();
        for (int i = 0; i < 2; i++) {
            int thread = i;
            SplittableRandom random = new SplittableRandom(seed + i);
            writers.add(() -> {
                Ticket ticket = Ticket.waiting();
                long[] totals = new long[50];
                for (int command = 0; command < COMMANDS; command++) {
                    int number = random.nextInt(totals.length);
                    long total = increment(key(2 * number + thread), DAY, ticket);
                    if (total != totals[number] + 1 && total != 1) {
                        throw new AssertionError("seed " + seed + ", key=" + key(2 * number + thread) + ", total="
                                + total + ", before=" + totals[number]);
                    }
                    totals[number] = total;
                }
                return null;
            });
        }
        run(
                writers,
                List.of(
                        () -> {
                            removals.incrementAndGet();
                            return tree.resetAll(journal, Ticket.waiting());
                        },
                        () -> copy(batch),
                        () -> tree.delete(key(8), DAY, DAY, journal, Ticket.waiting())));
        assertThat(removals.get()).isPositive();
        copy(batch);
        tree.resetAll(journal, Ticket.waiting());
        assertThat(copy(batch)).as("seed %s", seed).isZero();
        assertThat(quick.get()).as("seed %s", seed).isPositive();
    }

    /** What was done before the tree was closed off is in what is copied right after that, and nothing comes later. */
    @Test
    void whatWasDoneBeforeATreeIsClosedOffIsCopied() throws Exception {
        AtomicLong done = new AtomicLong();
        AtomicLong copied = new AtomicLong();
        List<Callable<?>> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SplittableRandom random = new SplittableRandom(seed + i);
            tasks.add(() -> {
                Ticket ticket = Ticket.waiting();
                Outcome outcome = Outcome.DONE;
                while (outcome == Outcome.DONE && !over.get()) {
                    long key = key(random.nextInt(20));
                    if (tree.incrementCurrent(key, DAY, 1, journal) == CounterTree.UNKNOWN) {
                        outcome = tree.increment(key, DAY, 1, journal, ticket);
                    }
                    if (outcome == Outcome.DONE) {
                        done.incrementAndGet();
                    }
                }
                assertThat(outcome).isEqualTo(Outcome.CLOSED_OFF);
                assertThat(tree.incrementCurrent(key(0), DAY, 1, journal)).isEqualTo(CounterTree.UNKNOWN);
                return null;
            });
        }
        tasks.add(() -> {
            while (done.get() < COMMANDS && !over.get()) {
                Thread.onSpinWait();
            }
            tree.closeOff(() -> 1);
            copied.set(copy(new CounterBatch()));
            return null;
        });
        run(tasks, List.of());
        assertThat(copied.get()).as("seed %s", seed).isEqualTo(done.get());
        assertThat(copy(new CounterBatch())).as("seed %s", seed).isEqualTo(done.get());
    }

    @Test
    void aJournalThatRefusesLeavesTheKeyUnlockedAndUnchanged() {
        Ticket ticket = Ticket.waiting();
        tree.increment(1, DAY, 5, journal, ticket);
        Journal refusing = new NumberingJournal(0) {
            @Override
            public long increment(long key, int day, long count) {
                throw new IllegalStateException("refused");
            }
        };
        assertThatIllegalStateException().isThrownBy(() -> tree.incrementCurrent(1, DAY, 1, refusing));
        assertThatIllegalStateException().isThrownBy(() -> tree.increment(1, DAY, 1, refusing, ticket));
        assertThat(tree.incrementCurrent(1, DAY, 1, new NumberingJournal(Journal.NO_ROOM - 1)))
                .isEqualTo(CounterTree.UNKNOWN);
        assertThat(tree.incrementCurrent(1, DAY, 1, journal)).isEqualTo(6);
    }

    @Test
    void itGivesWayToAKeyThatIsLockedAndOthersGoOn() {
        Branch branch = new Branch(1, null, failure -> {});
        branch.useKeyLocks();
        branch.take(true);
        branch.increment(1, DAY, 5, journal, Ticket.waiting());
        assertThat(branch.incrementCurrent(1, DAY, 1, journal)).isEqualTo(CounterTree.UNKNOWN);
        branch.increment(2, DAY, 5, journal, Ticket.waiting());
        assertThat(branch.incrementCurrent(2, DAY, 1, journal)).isEqualTo(CounterTree.UNKNOWN);
        assertThat(branch.incrementCurrent(1, DAY, 1, journal)).isEqualTo(6);
        branch.leave();
        assertThat(branch.incrementCurrent(2, DAY, 1, journal)).isEqualTo(6);
    }

    @Test
    void itGivesWayToARemovalThatIsPending() {
        Branch branch = new Branch(1, null, failure -> {});
        branch.useKeyLocks();
        branch.take(true);
        branch.increment(1, DAY, 5, journal, Ticket.waiting());
        branch.addPending(0, ALL_DAYS, 9);
        branch.leave();
        assertThat(branch.incrementCurrent(1, DAY, 1, journal)).isEqualTo(CounterTree.UNKNOWN);
        branch.take(true);
        branch.carryOut();
        branch.increment(1, DAY, 5, journal, Ticket.waiting());
        branch.leave();
        assertThat(branch.incrementCurrent(1, DAY, 1, journal)).isEqualTo(6);
    }

    @Test
    void itDoesNothingThatIsMoreThanAnAddition() {
        Ticket ticket = Ticket.waiting();
        assertThat(tree.incrementCurrent(1, DAY, 1, journal)).isEqualTo(CounterTree.UNKNOWN);
        tree.increment(1, DAY, 5, journal, ticket);
        assertThat(tree.incrementCurrent(1 + CounterTree.BRANCHES, DAY, 1, journal))
                .isEqualTo(CounterTree.UNKNOWN);
        assertThat(tree.incrementCurrent(1, DAY + 1, 1, journal)).isEqualTo(CounterTree.UNKNOWN);
        assertThat(tree.incrementCurrent(1, DAY, -5, journal)).isEqualTo(CounterTree.UNKNOWN);
        assertThat(tree.incrementCurrent(1, DAY, -6, journal)).isEqualTo(CounterTree.UNKNOWN);
        assertThat(tree.incrementCurrent(1, DAY, 2, journal)).isEqualTo(7);
        tree.sum(1, DAY, DAY, ticket);
        assertThat(ticket.value()).isEqualTo(7);
    }
}
