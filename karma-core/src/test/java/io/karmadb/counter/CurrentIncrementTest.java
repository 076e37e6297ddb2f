package io.karmadb.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.HistoryKind;
import io.karmadb.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The increment that looks for its key before it takes the lock. */
class CurrentIncrementTest {
    private static final int THREADS = 3;
    private static final int COMMANDS = 300_000;
    private static final int KEYS = 2_000;
    private static final int DAY = 20261120;

    private final CounterTree tree = CounterTree.create(HistoryKind.ON_HEAP);
    private final Ticket ticket = Ticket.waiting();

    /** Is told every command under its branch's lock, and knows what each must leave. */
    private static final class CheckingJournal extends NumberingJournal {
        private final long[] counts = new long[KEYS];

        CheckingJournal() {
            super(0);
        }

        @Override
        public long increment(long key, int day, long count) {
            int number = (int) (key / CounterTree.BRANCHES);
            if (count != counts[number] + 1) {
                throw new AssertionError("key=" + key + ", count=" + count + ", before=" + counts[number]);
            }
            counts[number] = count;
            return super.increment(key, day, count);
        }
    }

    /** Few branches, so that threads meet; their tables grow meanwhile. */
    private static long key(int number) {
        return (long) number * CounterTree.BRANCHES + number % 2;
    }

    @Test
    void nothingIsLostOrCountedTwiceWhileTheTableGrows() throws Exception {
        CheckingJournal journal = new CheckingJournal();
        AtomicLong quick = new AtomicLong();
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        long seed = System.nanoTime();
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                SplittableRandom random = new SplittableRandom(seed + i);
                workers.add(pool.submit(() -> {
                    Ticket own = Ticket.waiting();
                    for (int command = 0; command < COMMANDS; command++) {
                        long key = key(random.nextInt(1 + (int) ((long) KEYS * command / COMMANDS)));
                        if (tree.incrementCurrent(key, DAY, 1, journal) != CounterTree.UNKNOWN) {
                            quick.incrementAndGet();
                        } else {
                            assertThat(tree.increment(key, DAY, 1, journal, own))
                                    .isEqualTo(Outcome.DONE);
                        }
                    }
                }));
            }
            for (Future<?> worker : workers) {
                worker.get(1, TimeUnit.MINUTES);
            }
        } finally {
            pool.shutdownNow();
        }
        long sum = 0;
        for (int number = 0; number < KEYS; number++) {
            tree.total(key(number), ticket);
            assertThat(ticket.value()).as("seed %s", seed).isEqualTo(journal.counts[number]);
            sum += ticket.value();
        }
        assertThat(sum).as("seed %s", seed).isEqualTo((long) THREADS * COMMANDS).isEqualTo(journal.lsn());
        assertThat(quick.get()).as("seed %s", seed).isGreaterThan(COMMANDS);
        tree.release();
    }

    @Test
    void itDoesNothingThatIsMoreThanAnAddition() {
        NumberingJournal journal = new NumberingJournal(0);
        assertUnknown(1, DAY, 1, journal); // no such branch
        increment(1, DAY, 5, journal);
        assertUnknown(1 + CounterTree.BRANCHES, DAY, 1, journal); // no such key
        assertUnknown(1, DAY + 1, 1, journal); // another day's bucket
        assertUnknown(1, DAY, -5, journal); // too much
        assertUnknown(1, DAY, -6, journal); // the total that means that it did nothing
        assertThat(journal.lsn()).isEqualTo(1);
        assertThat(tree.incrementCurrent(1, DAY, 2, journal)).isEqualTo(7);
        assertThat(journal.lsn()).isEqualTo(2);
        ticket.clear();
        tree.total(1, ticket);
        assertThat(ticket.value()).isEqualTo(7);
        assertThat(ticket.lsn()).isEqualTo(2);
        tree.sum(1, DAY, DAY, ticket);
        assertThat(ticket.value()).isEqualTo(7);
        tree.release();
    }

    @Test
    void itGivesWayToAJournalWithoutRoom() {
        increment(1, DAY, 5, new NumberingJournal(0));
        assertUnknown(1, DAY, 1, new NumberingJournal(Journal.NO_ROOM - 1));
        tree.total(1, ticket);
        assertThat(ticket.value()).isEqualTo(5);
        tree.release();
    }

    /** What waits for the branch meanwhile has been recorded before the increment, and must be carried out before it. */
    @Test
    void itGivesWayToARemovalThatIsPending() {
        NumberingJournal journal = new NumberingJournal(0);
        Branch branch = new Branch(1, null, failure -> {});
        branch.take(true);
        branch.increment(1, DAY, 5, journal, ticket);
        branch.release();
        assertThat(branch.incrementCurrent(1, DAY, 1, journal)).isEqualTo(6);
        branch.take(true);
        branch.addPending(0, Integer.MAX_VALUE, 9);
        branch.release();
        assertThat(branch.incrementCurrent(1, DAY, 1, journal)).isEqualTo(CounterTree.UNKNOWN);
        assertThat(branch.totalUnlocked(1)).isEqualTo(CounterTree.UNKNOWN);
        tree.release();
    }

    @Test
    void itGivesWayToALockThatIsTaken() {
        NumberingJournal journal = new NumberingJournal(0);
        Branch branch = new Branch(1, null, failure -> {});
        branch.take(true);
        branch.increment(1, DAY, 5, journal, ticket);
        assertThat(branch.incrementCurrent(1, DAY, 1, journal)).isEqualTo(CounterTree.UNKNOWN);
        branch.release();
        assertThat(branch.incrementCurrent(1, DAY, 1, journal)).isEqualTo(6);
        tree.release();
    }

    @Test
    void itGivesWayToAClosedTree() {
        NumberingJournal journal = new NumberingJournal(0);
        increment(1, DAY, 5, journal);
        tree.closeOff(() -> 2);
        assertUnknown(1, DAY, 1, journal);
        assertThat(tree.increment(1, DAY, 1, journal, ticket)).isEqualTo(Outcome.CLOSED_OFF);
        tree.release();
    }

    private void increment(long key, int day, long amount, Journal journal) {
        assertThat(tree.increment(key, day, amount, journal, ticket)).isEqualTo(Outcome.DONE);
    }

    private void assertUnknown(long key, int day, long amount, Journal journal) {
        assertThat(tree.incrementCurrent(key, day, amount, journal)).isEqualTo(CounterTree.UNKNOWN);
    }
}
