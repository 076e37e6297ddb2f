package io.karmadb.simulation;

import io.karmadb.CheckpointReport;
import io.karmadb.CounterOverflowException;
import io.karmadb.Day;
import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaException;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.LogFailedException;
import io.karmadb.SnapshotInfo;
import io.karmadb.StoreHealth;
import io.karmadb.VerifyReport;
import io.karmadb.engine.AutomaticCheckpoint;
import io.karmadb.engine.Engine;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/**
 * Runs commands on a store whose disk fails at some point, and checks after each what the client was told: what was not
 * applied is in no later state, what is unknown is in memory and perhaps on disk, and the log that has failed takes
 * nothing more.
 */
final class FaultRun {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private final Random random;
    private final SimulatedClock clock = new SimulatedClock(NOW);
    private final SimulatedDisk disk;
    private final Durability durability;
    private final List<String> trace = new ArrayList<>();
    private final Map<String, Map<Long, NavigableMap<Integer, Long>>> files = new TreeMap<>();

    private History history = new History(List.of(ModelState.EMPTY));
    private ModelState memory = ModelState.EMPTY;
    private KarmaStore store;
    private boolean failed;

    /**
     * Makes a run.
     *
     * @param seed of the commands
     */
    FaultRun(long seed, Durability durability) {
        random = Seeds.random(seed);
        this.durability = durability;
        disk = new SimulatedDisk(SimulatedDisk.empty(), clock, seed);
    }

    /** Fills a directory while all is well. */
    void prepare() {
        store = open(disk);
        for (int i = 0; i < 6; i++) {
            step(6);
        }
        step(0);
        for (int i = 0; i < 4; i++) {
            step(6);
        }
        store.close();
        history.kept();
    }

    /** Opens the store, issues commands and closes it while something goes wrong. */
    void runWith(FaultPlan plan) {
        trace.add("plan " + plan);
        disk.listener(plan);
        try {
            if (!opened()) {
                return;
            }
            for (int i = 0; i < 12; i++) {
                step(i % 4 == 3 ? random.nextInt(4) : 6);
                checkMemory();
            }
            close();
        } finally {
            disk.listener(DiskListener.NONE);
        }
    }

    private boolean opened() {
        try {
            store = open(disk);
        } catch (KarmaException e) {
            trace.add("open: " + e);
            requireMessage(e);
            return false;
        }
        ModelState found = ModelState.of(store);
        require(found.same(memory), "found=" + found + ", expected=" + memory);
        return true;
    }

    private KarmaStore open(SimulatedDisk where) {
        return Engine.openSmall(
                KarmaOptions.builder()
                        .directory(Player.DIRECTORY)
                        .durability(durability)
                        .history(HistoryKind.ON_HEAP)
                        .clock(clock)
                        .zone(ZoneOffset.UTC)
                        .snapshotsKept(2)
                        .build(),
                where);
    }

    private void close() {
        try {
            store.close();
            history.kept();
        } catch (KarmaException e) {
            trace.add("close: " + e);
            requireMessage(e);
        }
    }

    /** Ends the store without a clean close. */
    void abandon() {
        disk.crash();
        try {
            store.close();
        } catch (KarmaException | CrashError expected) {
            trace.add("closed after a crash: " + expected);
        }
    }

    private interface Action {
        void run();
    }

    private void step(int kind) {
        switch (kind) {
            case 0 -> maintain("checkpoint", this::checkpoint);
            case 1 -> maintain("snapshot", this::snapshot);
            case 2 -> load();
            case 3 ->
                maintain("sync", () -> {
                    store.sync();
                    history.kept();
                });
            default -> command(Command.random(random));
        }
    }

    private void command(Command command) {
        int today = Day.of(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        if (command.isIdle(memory) || command.overflows(memory, today) || command.isMistaken(today)) {
            return;
        }
        change(command.toString(), command.applyTo(memory, today), () -> {
            try {
                command.applyTo(store, memory, today);
            } catch (CounterOverflowException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void load() {
        List<SnapshotInfo> present;
        try {
            present = store.snapshots();
        } catch (KarmaException e) {
            requireMessage(e);
            return;
        }
        present =
                present.stream().filter(file -> files.containsKey(file.name())).toList();
        if (!present.isEmpty()) {
            SnapshotInfo file = present.get(random.nextInt(present.size()));
            ModelState next = memory.with(file.tree(), files.get(file.name()));
            change("load " + file.name(), next, () -> store.load(file.name()));
        }
    }

    /** Issues a command that changes the state, and takes note of what became of it. */
    private void change(String what, ModelState next, Action action) {
        history.attempt(next);
        try {
            action.run();
            trace.add(what + ": done");
            require(!failed, "a failed log has taken a command: " + what);
            memory = next;
            if (durability == Durability.FSYNC) {
                history.kept();
            } else {
                history.keptIfKilled();
            }
        } catch (KarmaException e) {
            trace.add(what + ": " + e);
            requireMessage(e);
            if (e.outcomeUnknown()) {
                require(!failed, "a failed log has taken a command: " + what);
                memory = next;
            } else {
                history.retract();
            }
            failed |= e.outcomeUnknown() || e instanceof LogFailedException;
        }
        checkHealth();
    }

    /** Issues something that changes no counter. */
    private void maintain(String what, Action action) {
        try {
            action.run();
            trace.add(what + ": done");
        } catch (KarmaException e) {
            trace.add(what + ": " + e);
            requireMessage(e);
            failed |= e.outcomeUnknown();
        }
        checkHealth();
    }

    private void checkHealth() {
        StoreHealth health = store.health();
        if (failed) {
            require(health.state() == StoreHealth.State.FAILED, "" + health);
        }
        require(
                health.state() == StoreHealth.State.OK || !health.message().isEmpty(),
                "a state without a message: " + health);
    }

    private void checkpoint() {
        CheckpointReport report = random.nextBoolean() ? store.checkpoint() : AutomaticCheckpoint.make(store);
        report.snapshots().forEach(file -> files.put(file.name(), memory.tree(file.tree())));
        if (report.failures().isEmpty()) {
            history.kept();
        }
    }

    private void snapshot() {
        List<String> names = memory.names();
        if (!names.isEmpty()) {
            SnapshotInfo file = store.snapshot(names.get(random.nextInt(names.size())));
            files.put(file.name(), memory.tree(file.tree()));
            history.kept();
        }
    }

    private void checkMemory() {
        ModelState held = ModelState.of(store);
        require(held.same(memory), "memory is not what the commands give: held=" + held + ", expected=" + memory);
    }

    private void requireMessage(KarmaException e) {
        require(e.getMessage() != null && e.getMessage().length() > 20, "an error without a message: " + e);
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message + "\n" + history + "\n" + String.join("\n", trace));
        }
    }

    /** Restarts on a disk that works, after each kind of loss, and goes on. */
    void restart() {
        DiskState left = disk.state();
        History.Mark mark = history.mark();
        for (Loss loss : Loss.values()) {
            restart(left.crash(loss, random), mark, loss);
        }
    }

    private void restart(DiskState left, History.Mark mark, Loss loss) {
        trace.add("restart losing " + loss);
        SimulatedDisk next = new SimulatedDisk(left, clock, 0);
        ModelState found;
        try (KarmaStore again = open(next)) {
            history = mark.after(loss);
            found = ModelState.of(again);
            require(history.allows(found), "a restart found a state that is none of those possible: " + found);
            require(again.restoreReport().warnings().isEmpty(), "" + again.restoreReport());
            Leftovers.requireNone(next, Player.DIRECTORY);
            VerifyReport report = again.verify();
            require(report.ok(), "" + report);
            again.tree("after").increment(loss.ordinal() + 1);
            again.sync();
            found = found.change("after", loss.ordinal() + 1, buckets -> buckets.merge(20261120, 1L, Long::sum));
            left = next.state();
        }
        // Whatever the first restart has found and gone on from must not go away when the power fails.
        for (Loss after : List.of(Loss.EVERYTHING, Loss.ANYTHING)) {
            trace.add("restart again losing " + after);
            try (KarmaStore again = open(new SimulatedDisk(left.crash(after, random), clock, 0))) {
                ModelState held = ModelState.of(again);
                require(held.same(found), "acknowledged writes are lost: found=" + held + ", expected=" + found);
            } catch (KarmaException e) {
                throw new AssertionError(String.join("\n", trace), e);
            }
        }
    }
}
