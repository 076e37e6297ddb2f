package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaStore;
import io.karmadb.SnapshotInfo;
import io.karmadb.SnapshotNotFoundException;
import io.karmadb.StoreClosedException;
import io.karmadb.TreeNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One round of {@link SharedKeysConcurrencyTest}. */
final class SharedKeysRun {
    /** What the threads do. */
    enum Mix {
        /** Increments and decrements only, so that acknowledged amounts add up to the totals. */
        COUNTING,
        /** Keys and the whole tree are emptied, too. */
        REMOVING,
        /** The tree is dropped, created and loaded, too. */
        REPLACING
    }

    static final String TREE = "shared";

    /** The first two are in one branch of the tree. */
    static final long[] KEYS = {1, 1 + 127, Long.MIN_VALUE + 5};

    private static final int WRITERS = 4;

    /** How many commands a writer may issue for each turn of the maintainers, who wait for the disk. */
    private static final int COMMANDS_PER_TURN = 200;

    /** After how many turns of each of the others a round without a close ends. */
    private static final int TURNS = 5;

    final Mix mix;
    final KarmaStore store;

    /** The commands that were carried out, by all writers. */
    final AtomicLong progress = new AtomicLong();

    /** By the index of a key: the highest LSN of what anyone has been told about it. */
    final AtomicLong[] told = {new AtomicLong(), new AtomicLong(), new AtomicLong()};

    private final KeepingDisk disk;
    private final TestStore test;
    private final Path whole;
    private final boolean closing;
    private final long seed;
    private final AtomicBoolean over = new AtomicBoolean();

    /** Its phase counts the turns, and is negative once both are gone. */
    private final Phaser maintainers = new Phaser(2);

    private final AtomicInteger changerTurns = new AtomicInteger();

    /** By the name of a snapshot: an LSN that the log had reached when it was done. */
    private final Map<String, Long> snapshotEnds = new ConcurrentHashMap<>();

    /** The creations, drops and loads, which one thread makes; a load by its file. */
    private final List<String> changes = new ArrayList<>();

    SharedKeysRun(Path parent, Durability durability, Mix mix, boolean closing, long seed) throws IOException {
        this.mix = mix;
        this.closing = closing;
        this.seed = seed;
        disk = new KeepingDisk(parent.resolve("kept"));
        whole = parent.resolve("whole");
        HistoryKind history = HistoryKind.values()[Math.floorMod(seed + mix.ordinal() + durability.ordinal(), 2)];
        test = new TestStore(parent, disk)
                .with(options -> options.history(history).durability(durability).snapshotsKept(2));
        store = test.open();
    }

    void run() throws Throwable {
        try {
            store.createTree(TREE);
            changes.add("create");
            List<SharedKeysWriter> writers = new ArrayList<>();
            List<Background<Void>> threads = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                SharedKeysWriter writer = new SharedKeysWriter(this, new Random(seed * 31 + i));
                writers.add(writer);
                threads.add(Background.run(writer::run));
            }
            List<Background<Void>> others = new ArrayList<>();
            others.add(Background.run(() -> maintain(0)));
            others.add(Background.run(() -> maintain(1)));
            if (mix == Mix.REPLACING) {
                others.add(Background.run(this::change));
            } else {
                changerTurns.set(TURNS);
            }
            if (closing) {
                closeAmidEverything();
            }
            for (Background<Void> thread : threads) {
                thread.result();
            }
            over.set(true);
            for (Background<Void> other : others) {
                other.result();
            }
            check(writers);
        } finally {
            over.set(true);
            test.close();
        }
    }

    private void closeAmidEverything() throws Throwable {
        Random random = new Random(seed);
        int turns = random.nextInt(TURNS);
        Background.await(() -> maintainers.getPhase() >= turns || maintainers.isTerminated());
        long until = progress.get() + random.nextInt(COMMANDS_PER_TURN / 2);
        Background.await(() -> progress.get() >= until || maintainers.isTerminated());
        Background.run(store::close).result();
    }

    /** Lets a writer go on when it is not too far ahead; says whether it is to go on at all. */
    boolean wants(int commands) {
        Background.await(() -> commands < COMMANDS_PER_TURN * (maintainers.getPhase() + 1) || enough());
        return closing || !enough();
    }

    private boolean enough() {
        return maintainers.isTerminated() || maintainers.getPhase() >= TURNS && changerTurns.get() >= TURNS;
    }

    private boolean goesOn() {
        return !over.get();
    }

    /** Makes dump and dump_all start at the same moment, by one thread each; now and then also verifies. */
    private void maintain(int number) {
        try {
            for (int turn = 0; goesOn(); turn++) {
                maintainers.arriveAndAwaitAdvance();
                if (turn % 5 == 4) {
                    assertThat(store.verify().problems()).isEmpty();
                    if (number == 0) {
                        test.turnDay();
                    }
                } else if (turn % 2 == number) {
                    dump();
                } else {
                    var report = store.checkpoint();
                    assertThat(report.failures()).isEmpty();
                    report.snapshots().forEach(this::noteEnd);
                }
            }
        } catch (StoreClosedException e) {
            requireClosing(e);
        } finally {
            maintainers.arriveAndDeregister();
        }
    }

    private void dump() {
        try {
            noteEnd(store.snapshot(TREE));
        } catch (TreeNotFoundException e) {
            assertThat(mix).isEqualTo(Mix.REPLACING);
        }
    }

    private void noteEnd(SnapshotInfo snapshot) {
        snapshotEnds.put(snapshot.name(), store.statistics().lastLsn());
    }

    /** Drops, creates and loads, with some commands of the writers in between. */
    private void change() {
        Random random = new Random(seed);
        try {
            while (goesOn()) {
                long until = progress.get() + random.nextInt(60);
                Background.await(() -> progress.get() >= until || !goesOn());
                switch (random.nextInt(4)) {
                    case 0 -> drop();
                    case 1 -> {
                        if (store.createTree(TREE)) {
                            changes.add("create");
                        }
                    }
                    default -> load(random);
                }
                changerTurns.incrementAndGet();
            }
        } catch (StoreClosedException e) {
            requireClosing(e);
        } finally {
            changerTurns.set(TURNS); // whatever ended it, nobody is to wait for it
        }
    }

    private void drop() {
        try {
            store.dropTree(TREE);
            changes.add("drop");
        } catch (TreeNotFoundException e) {
            assertThat(changes.get(changes.size() - 1)).isEqualTo("drop");
        }
    }

    private void load(Random random) {
        List<SnapshotInfo> snapshots = store.snapshots();
        if (snapshots.isEmpty()) {
            return;
        }
        String file = snapshots.get(random.nextInt(snapshots.size())).name();
        try {
            store.load(file);
            changes.add(file);
        } catch (SnapshotNotFoundException e) {
            assertThat(e).as("%s pruned meanwhile", file).hasMessageContaining(TREE);
        }
    }

    /** A close ends commands, and whom it ends knows that nothing was done. */
    void requireClosing(StoreClosedException e) {
        if (!closing) {
            throw e;
        }
        assertThat(e.outcomeUnknown()).isFalse();
    }

    private void check(List<SharedKeysWriter> writers) {
        SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> last = closing ? null : test.contents();
        if (!closing) {
            assertThat(store.verify().problems()).isEmpty();
        }
        store.close();
        disk.copyWhole(test.directory(), whole);
        LogModel model = LogModel.replay(whole, TREE);
        if (last != null) {
            assertThat(last).isEqualTo(model.contents());
        }
        checkAnswers(writers, model);
        for (String snapshot : Directories.names(whole, ".*\\.tree")) {
            model.requireOfItsTime(snapshot, snapshotEnds.getOrDefault(snapshot, Long.MAX_VALUE));
        }
        test.open();
        assertThat(test.contents()).as("after a restart").isEqualTo(model.contents());
        if (mix == Mix.COUNTING) {
            checkConservation(writers);
        }
    }

    private void checkAnswers(List<SharedKeysWriter> writers, LogModel model) {
        SortedMap<Long, LogModel.Effect> unclaimed = new TreeMap<>(model.effects());
        List<String> changed = new ArrayList<>();
        unclaimed.values().removeIf(effect -> {
            boolean whole = effect.file() != null || effect.command().matches("create|drop");
            if (whole) {
                changed.add(effect.file() == null ? effect.command() : effect.file());
            }
            return whole;
        });
        assertThat(changed).isEqualTo(changes);
        for (SharedKeysWriter writer : writers) {
            writer.numbered.forEach((lsn, effect) ->
                    assertThat(unclaimed.remove(lsn)).as("LSN %d", lsn).isEqualTo(effect));
            for (SharedKeysWriter.Seen seen : writer.seen) {
                SortedMap<Integer, Long> buckets = model.buckets(seen.key(), seen.lsn());
                assertThat(seen.total()).as("%s of %s", seen, buckets).isEqualTo(model.total(seen.key(), seen.lsn()));
                if (seen.buckets() != null) {
                    assertThat(seen.buckets()).as("%s", seen).isEqualTo(buckets == null ? Map.of() : buckets);
                }
            }
        }
        Map<LogModel.Effect, Integer> left = new HashMap<>();
        unclaimed.values().forEach(effect -> left.merge(effect, 1, Integer::sum));
        writers.forEach(writer -> writer.unnumbered.forEach(effect -> left.merge(effect, -1, Integer::sum)));
        left.values().removeIf(count -> count == 0);
        assertThat(left).as("more lines, or fewer, than answers").isEmpty();
    }

    private void checkConservation(List<SharedKeysWriter> writers) {
        for (long key : KEYS) {
            long added = 0;
            long taken = 0;
            for (SharedKeysWriter writer : writers) {
                for (LogModel.Effect effect : writer.effects()) {
                    boolean increment = effect.command().equals("increment");
                    added += effect.key() == key && increment ? effect.amount() : 0;
                    taken += effect.key() == key && !increment ? effect.value() : 0;
                }
            }
            assertThat(test.tree(TREE).sum(key)).as("key=%d", key).isEqualTo(added - taken);
        }
    }
}
