package io.karmadb.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.HistoryKind;
import io.karmadb.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * Reads totals beside a writer. The n-th command is known, so the LSN that comes with a total tells what it must be: a
 * read that was torn, or that saw a table half-grown, cannot go unseen.
 */
class UnlockedReadTest {
    private static final int COMMANDS = 150_000;
    private static final int READERS = 3;
    private static final int DAY = 20261120;

    /** So many commands come to the first key before there is another key, which makes the table grow now and then. */
    private static final int COMMANDS_PER_KEY = 64;

    /** The keys lie in one branch. */
    private static long key(long number) {
        return number * CounterTree.BRANCHES;
    }

    /** Returns what the first key holds after so many commands: one in 64 goes to a key of its own. */
    private static long totalAfter(long commands) {
        return commands - commands / COMMANDS_PER_KEY;
    }

    @Test
    void aTotalThatIsReadWithoutTheLockIsTheOneOfItsLsn() throws Exception {
        CounterTree tree = CounterTree.create(HistoryKind.ON_HEAP);
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(READERS);
        List<Future<Long>> readers = new ArrayList<>();
        try {
            for (int i = 0; i < READERS; i++) {
                readers.add(pool.submit(() -> read(tree, over)));
            }
            NumberingJournal journal = new NumberingJournal(0);
            Ticket ticket = Ticket.waiting();
            for (int command = 1; command <= COMMANDS; command++) {
                long key = command % COMMANDS_PER_KEY == 0 ? key(command) : 0;
                assertThat(tree.increment(key, DAY, 1, journal, ticket)).isEqualTo(Outcome.DONE);
            }
            over.set(true);
            for (Future<Long> reader : readers) {
                assertThat(reader.get(1, TimeUnit.MINUTES)).isPositive();
            }
        } finally {
            over.set(true);
            pool.shutdownNow();
            tree.release();
        }
    }

    private static long read(CounterTree tree, AtomicBoolean over) {
        Ticket ticket = Ticket.waiting();
        long reads = 0;
        long lsnBefore = 0;
        long totalBefore = 0;
        do {
            long withoutLsn = tree.totalUnlocked(0);
            ticket.clear();
            assertThat(tree.total(0, ticket)).isEqualTo(Outcome.DONE);
            if (ticket.value() != totalAfter(ticket.lsn()) || ticket.lsn() < lsnBefore) {
                throw new AssertionError(
                        "total=" + ticket.value() + ", lsn=" + ticket.lsn() + ", lsnBefore=" + lsnBefore);
            }
            if (withoutLsn != CounterTree.UNKNOWN) {
                if (withoutLsn < totalBefore || withoutLsn > ticket.value()) {
                    throw new AssertionError(
                            "total=" + withoutLsn + ", before=" + totalBefore + ", after=" + ticket.value());
                }
                reads++;
            }
            lsnBefore = ticket.lsn();
            totalBefore = ticket.value();
        } while (!over.get());
        return reads;
    }
}
