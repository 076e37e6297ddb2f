package io.karmadb.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.CounterOverflowException;
import io.karmadb.Durability;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import io.karmadb.SnapshotInfo;
import io.karmadb.Tree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Crashes a store under several threads: writers with keys of their own, two that checkpoint and snapshot, so that the
 * one meets the other, and one that loads, creates and drops. The crash is in the middle of an operation, and all that
 * comes after it fails. What each writer finds after the restart must be what some number of its commands give, from
 * those acknowledged to those attempted.
 *
 * <p>When the threads meet is not in the seed's hands; {@code -Dkarma.simulation.seed} replays what is.
 */
class ConcurrentCrashTest {
    private static final int RUNS = 60;
    private static final int WRITERS = 3;
    private static final int COMMANDS_MAX = 4000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @BeforeAll
    static void expectCrashes() {
        CrashError.expectInThreads();
    }

    @Test
    void everyThreadFindsAPrefixOfItsCommandsThatHoldsAllThatWereAcknowledged() throws Exception {
        Long only = Long.getLong("karma.simulation.seed");
        Integer minutes = Integer.getInteger("karma.simulation.minutes");
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes == null ? 0 : minutes);
        for (long seed = only == null ? 0 : only;
                only == null ? seed < RUNS || System.nanoTime() - end < 0 : seed == only;
                seed++) {
            try {
                run(seed);
            } catch (Exception | Error e) {
                throw new AssertionError("-Dkarma.simulation.seed=" + seed + ": " + e, e);
            }
        }
    }

    private static void run(long seed) throws Exception {
        Random random = Seeds.random(seed);
        Durability durability = Durability.values()[random.nextInt(3)];
        SimulatedDisk disk = Stores.disk(SimulatedDisk.empty());
        KarmaStore store = Stores.open(disk, durability);
        int crashAt = disk.changes() + random.nextInt(400);
        disk.listener((operation, path) -> {
            if (operation.changes() && disk.changes() >= crashAt) {
                throw new CrashError("before " + operation + " " + path);
            }
            return null;
        });
        List<Writer> writers = new ArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(new Writer(store, i, over));
        }
        List<Thread> others = List.of(
                other("maintainer-0", over, random.nextLong(), choice -> maintain(store, choice)),
                other("maintainer-1", over, random.nextLong(), choice -> maintain(store, choice)),
                other("changer", over, random.nextLong(), choice -> changeTrees(store, choice)));
        writers.forEach(Thread::start);
        others.forEach(Thread::start);
        for (Thread other : others) {
            join(other);
        }
        for (Writer writer : writers) {
            join(writer);
            assertThat(writer.unexpected).isNull();
        }
        DiskState left = disk.crash();
        close(store);
        Loss loss = Loss.values()[random.nextInt(3)];
        SimulatedDisk next = new SimulatedDisk(left.crash(loss, random), new SimulatedClock(Stores.NOW), seed);
        try (KarmaStore restarted = Stores.open(next, Durability.FSYNC)) {
            ModelState found = ModelState.of(restarted);
            boolean acknowledgedMustBeThere =
                    durability == Durability.FSYNC || durability == Durability.WRITE && loss == Loss.NOTHING;
            for (Writer writer : writers) {
                writer.check(found, acknowledgedMustBeThere);
            }
            assertThat(restarted.verify().problems()).isEmpty();
            assertThat(restarted.restoreReport().warnings()).isEmpty();
            Leftovers.requireNone(next, Player.DIRECTORY);
        }
    }

    private static void join(Thread thread) throws InterruptedException {
        thread.join(PATIENCE.toMillis());
        assertThat(thread.isAlive())
                .as("%s hangs after a crash", thread.getName())
                .isFalse();
    }

    private static void close(KarmaStore store) throws InterruptedException {
        Thread closer = new Thread(
                () -> {
                    try {
                        store.close();
                    } catch (KarmaException | CrashError expected) {
                        assertThat(expected.getMessage()).isNotEmpty();
                    }
                },
                "closer");
        closer.start();
        join(closer);
    }

    private static Thread other(String name, AtomicBoolean over, long seed, IntConsumer action) {
        return new Thread(() -> untilOver(over, seed, action), name);
    }

    private static void untilOver(AtomicBoolean over, long seed, IntConsumer action) {
        Random random = Seeds.random(seed);
        while (!over.get()) {
            try {
                action.accept(random.nextInt(4));
            } catch (KarmaException refused) {
                if (refused.outcomeUnknown()) {
                    over.set(true);
                }
            } catch (CrashError crash) {
                over.set(true);
            }
        }
    }

    private static void maintain(KarmaStore store, int choice) {
        switch (choice) {
            case 0 -> store.snapshot("writer-0");
            case 1 -> store.snapshot("other");
            default -> store.checkpoint();
        }
    }

    private static void changeTrees(KarmaStore store, int choice) {
        switch (choice) {
            case 0 -> store.createTree("other");
            case 1 -> store.dropTree("other");
            default -> {
                for (SnapshotInfo file : store.snapshots()) {
                    if (file.tree().equals("other")) {
                        store.load(file.name());
                    }
                }
            }
        }
    }

    /** Issues commands on keys of its own, the n-th one always the same, and counts. */
    private static final class Writer extends Thread {
        private static final int KEYS = 5;
        private static final int TODAY = 20261120;

        private final Tree tree;
        private final AtomicBoolean over;
        private volatile int attempted;
        private volatile int acknowledged;
        private volatile Throwable unexpected;

        Writer(KarmaStore store, int number, AtomicBoolean over) {
            super("writer-" + number);
            tree = store.tree("writer-" + number);
            this.over = over;
        }

        @Override
        public void run() {
            try {
                while (!over.get() && attempted < COMMANDS_MAX) {
                    int number = attempted;
                    attempted = number + 1;
                    issue(number);
                    acknowledged = number + 1;
                }
            } catch (KarmaException | CrashError expected) {
                over.set(true);
            } catch (RuntimeException | Error e) {
                unexpected = e;
            } finally {
                over.set(true);
            }
        }

        private void issue(int number) {
            long key = number % KEYS;
            try {
                switch (number % 8) {
                    case 5 -> tree.decrement(key);
                    case 6 -> tree.reset(key);
                    case 7 -> tree.set(key, TODAY, number % 11);
                    default -> tree.increment(key);
                }
            } catch (CounterOverflowException e) {
                throw new AssertionError(e);
            }
        }

        /** Returns the totals after so many commands. */
        private static Map<Long, Long> after(int commands) {
            Map<Long, Long> totals = new HashMap<>();
            for (int number = 0; number < commands; number++) {
                long key = number % KEYS;
                long total = totals.getOrDefault(key, 0L);
                totals.put(
                        key,
                        switch (number % 8) {
                            case 5 -> Math.max(0, total - 1);
                            case 6 -> 0L;
                            case 7 -> (long) (number % 11);
                            default -> total + 1;
                        });
            }
            return totals;
        }

        void check(ModelState found, boolean acknowledgedMustBeThere) {
            Map<Long, Long> totals = new HashMap<>();
            if (found.trees().containsKey(getName())) {
                found.tree(getName()).keySet().forEach(key -> totals.put(key, found.total(getName(), key)));
            }
            int lowest = acknowledgedMustBeThere ? acknowledged : 0;
            for (int commands = attempted; commands >= lowest; commands--) {
                if (after(commands).equals(totals)) {
                    return;
                }
            }
            throw new AssertionError(getName() + " found " + totals + ", attempted=" + attempted + ", acknowledged="
                    + acknowledged + " that gives " + after(acknowledged));
        }
    }
}
