package io.karmadb.simulation;

import io.karmadb.Batch;
import io.karmadb.CheckpointReport;
import io.karmadb.CounterOverflowException;
import io.karmadb.Day;
import io.karmadb.Durability;
import io.karmadb.FutureDayException;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaException;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.SnapshotInfo;
import io.karmadb.Ticket;
import io.karmadb.TreeNotFoundException;
import io.karmadb.VerifyReport;
import io.karmadb.engine.AutomaticCheckpoint;
import io.karmadb.engine.Engine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Plays sessions on a simulated disk: opens a store, checks what it holds, issues commands that a seed gives, and ends it
 * by closing it, killing it, or a power failure. Takes an image before every operation that changes the disk.
 *
 * <p>One thread plays; the store's own threads may come to the disk as they like.
 */
final class Player implements DiskListener {
    static final Path DIRECTORY = Path.of("/simulated/data");

    private final Thread thread = Thread.currentThread();
    private final Random random;
    private final SimulatedClock clock;
    private final List<Image> images = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();

    private SimulatedDisk disk;
    private volatile History history;
    private volatile Map<String, Map<Long, NavigableMap<Integer, Long>>> files;

    private Durability durability;
    private KarmaStore store;

    /** Whether writes are to come in between of operations on the disk. */
    private volatile boolean intruding;

    /** Whether files are being deleted, the last step of a checkpoint: its lock keeps loads out, but not on its thread. */
    private volatile boolean pruning;

    private final UnderWay underWay;

    /** Whether the store was opened without restoring and has not written anything since. */
    private boolean notBegun;

    /** What the store holds. */
    private volatile ModelState memory;

    /** What the trees rest on that the disk knows of; without a log, that is what a restart gives. */
    private ModelState rests;

    /**
     * Makes a player.
     *
     * @param seed of all that is left to chance
     * @param clock the time
     * @param state what is on the disk
     * @param history what may be found there
     * @param files what the snapshot files hold that are known to be there
     * @param crashed whether a crash has left the disk so
     */
    Player(
            long seed,
            SimulatedClock clock,
            DiskState state,
            History history,
            Map<String, Map<Long, NavigableMap<Integer, Long>>> files,
            boolean crashed) {
        this.underWay = new UnderWay(crashed);
        this.random = Seeds.random(seed);
        this.clock = clock;
        this.history = history;
        this.files = files;
        this.disk = new SimulatedDisk(state, clock, seed);
        disk.listener(this);
    }

    /** Returns the images so far, one for each operation. */
    List<Image> images() {
        return images;
    }

    /** Returns what was done, for a message. */
    List<String> trace() {
        synchronized (images) {
            return List.copyOf(trace);
        }
    }

    @Override
    public Fault before(Operation operation, Path path) {
        if (operation.changes()) {
            synchronized (images) {
                trace.add("  " + images.size() + " " + operation + " " + path);
                images.add(new Image(
                        disk.state(),
                        history.mark(),
                        clock.instant(),
                        files,
                        operation,
                        path,
                        underWay.at(operation, path, disk)));
            }
            pruning |= operation == Operation.DELETE && path.toString().endsWith(".tree");
            if (intruding && !pruning && random.nextInt(4) == 0) {
                intruding = false; // a load comes to the disk itself
                underWay.intruded();
                try {
                    intrude();
                } finally {
                    intruding = true;
                }
            }
        }
        return null;
    }

    /**
     * Does what another thread might do in the middle of a snapshot: a command that nobody waits for. It is done on the
     * thread that has come to the disk, so that a seed replays it. That thread holds no lock of the store then, but for
     * when it prunes.
     */
    private void intrude() {
        List<String> names = memory.names();
        boolean anything = durability == Durability.BUFFERED && Thread.currentThread() == thread;
        int choice = anything ? random.nextInt(4) : 2;
        if (choice == 0 && !names.isEmpty()) {
            String name = names.get(random.nextInt(names.size()));
            note("meanwhile drop " + name);
            ModelState next = memory.without(name);
            history.attempt(next);
            store.dropTree(name);
            memory = next;
        } else if (choice == 1) {
            note("meanwhile");
            load();
        } else if (!names.isEmpty()) {
            intrude(names.get(random.nextInt(names.size())), random.nextInt(3) * 126L);
        }
    }

    private void intrude(String name, long key) {
        note("meanwhile increment " + name + " " + key);
        ModelState next = memory.change(name, key, buckets -> buckets.merge(today(), 1L, Long::sum));
        history.attempt(next);
        boolean done = false;
        try {
            done = store.tree(name).deferred().increment(key, Ticket.neverWaiting());
        } catch (CounterOverflowException full) {
            note(full.getMessage());
        }
        if (done) {
            memory = next;
        } else {
            history.retract();
        }
    }

    private void note(String what) {
        synchronized (images) {
            trace.add(what);
        }
    }

    /** How a session ends. */
    enum End {
        CLOSE,
        KILL,
        POWER_FAILURE
    }

    /** Plays a session of the given length, of any durability, with or without restoring. */
    void anySession(int commands) {
        Durability[] often = {Durability.FSYNC, Durability.FSYNC, Durability.WRITE};
        Durability any = Durability.values()[random.nextInt(Durability.values().length)];
        boolean restore = random.nextInt(6) != 0;
        session(random.nextInt(2) == 0 ? often[random.nextInt(often.length)] : any, restore, commands, anyEnd());
    }

    /** Plays a session in which each kind of command comes, every one forced. */
    void everyCommand() {
        session(Durability.FSYNC, true, this::issueEveryCommand, anyEnd());
    }

    /** Plays a session that restores nothing and sets aside what is there. */
    void setAside() {
        session(
                Durability.FSYNC,
                false,
                () -> command(new Command(Command.Kind.CREATE, "links", 0, 0, 0, 1)),
                anyEnd());
    }

    private void issueEveryCommand() {
        for (Command.Kind kind : Command.Kind.values()) {
            Command command = Command.random(random);
            String tree = kind == Command.Kind.CREATE ? "created" : kind == Command.Kind.DROP ? "created" : "links";
            command(new Command(kind, tree, command.key(), 20261101, 20261130, 1));
        }
        snapshot();
        checkpoint();
        load();
    }

    /** Plays a session that restores and checks what is there. */
    void restoringSession(int commands) {
        session(random.nextInt(4) == 0 ? Durability.WRITE : Durability.FSYNC, true, commands, anyEnd());
    }

    private End anyEnd() {
        return End.values()[random.nextInt(End.values().length)];
    }

    private void session(Durability asked, boolean restore, int commands, End end) {
        session(
                asked,
                restore,
                () -> {
                    for (int i = 0; i < commands; i++) {
                        step();
                    }
                },
                end);
    }

    private void session(Durability asked, boolean restore, Runnable commands, End end) {
        durability = asked;
        note("open durability=" + durability + ", restore=" + restore);
        underWay.opening(disk, DIRECTORY, restore);
        store = Engine.openSmall(options(DIRECTORY, restore), disk);
        underWay.opened();
        boolean ended = false;
        try {
            opened(restore);
            commands.run();
            checkMemory();
            end(end);
            ended = true;
        } finally {
            if (!ended) {
                abandon();
            }
        }
    }

    private KarmaOptions options(Path directory, boolean restore) {
        return KarmaOptions.builder()
                .directory(directory)
                .durability(durability)
                .history(HistoryKind.ON_HEAP)
                .clock(clock)
                .zone(ZoneOffset.UTC)
                .restore(restore)
                .snapshotsKept(1 + random.nextInt(3))
                .build();
    }

    private void opened(boolean restore) {
        notBegun = !restore;
        memory = ModelState.of(store);
        if (restore) {
            require(history.allows(memory), "a restart found a state that is none of those possible: " + memory);
            if (history.mustHaveSetAside(memory)) {
                checkAside();
            }
            history = new History(List.of(memory));
            require(store.restoreReport().warnings().isEmpty(), "" + store.restoreReport());
            Leftovers.requireNone(disk, DIRECTORY);
            SnapshotsOnDisk.requireNoneAheadOf(store.statistics().lastLsn(), disk, DIRECTORY);
        } else {
            require(memory.same(ModelState.EMPTY), "a store that restores nothing holds something: " + memory);
        }
        rests = memory;
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message + "\n" + history);
        }
    }

    /** Restores, on a copy of the disk, what was set aside. */
    private void checkAside() {
        List<ModelState> found = new ArrayList<>();
        for (String name : Leftovers.asides(disk, DIRECTORY)) {
            SimulatedDisk copy = new SimulatedDisk(disk.state(), clock, 0);
            try (KarmaStore aside = Engine.openSmall(options(copy.resolve(DIRECTORY, name), true), copy)) {
                found.add(ModelState.of(aside));
            } catch (KarmaException halfMade) {
                note("aside " + name + ": " + halfMade.getMessage());
            }
        }
        require(
                found.stream().anyMatch(history::allowsAside),
                "what was there before is not restored from where it was set aside: found=" + found);
    }

    private void step() {
        switch (random.nextInt(16)) {
            case 0 -> clock.turn(Duration.ofDays(random.nextInt(4) - 1));
            case 1 -> clock.turn(Duration.ofSeconds(random.nextInt(30) - 10));
            case 2, 3 -> snapshot();
            case 4, 5 -> checkpoint();
            case 6 -> load();
            case 7 -> sync();
            case 8 -> verify();
            case 9 -> dropAndCreateAgain();
            case 10 -> batch();
            default -> command(Command.random(random));
        }
    }

    private boolean isLogged() {
        return durability != Durability.NONE;
    }

    private int today() {
        return Day.of(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    }

    private void command(Command command) {
        note(command.toString());
        if (command.isIdle(memory)) {
            return;
        }
        if (command.isMistaken(today())) {
            requireRefused(command);
            return;
        }
        if (command.overflows(memory, today())) {
            try {
                command.applyTo(store, memory, today());
            } catch (CounterOverflowException expected) {
                return;
            }
            throw new AssertionError("no overflow: " + command);
        }
        begin();
        ModelState next = command.applyTo(memory, today());
        attempt(next);
        underWay.command(command);
        command.applyTo(store, memory, today());
        underWay.nothing();
        acknowledged(next);
        if (command.kind() == Command.Kind.DROP) {
            rests = rests.without(command.tree());
        }
    }

    /** Issues commands on one tree that are acknowledged all at once. */
    private void batch() {
        Command first = Command.random(random);
        note("batch " + first.tree());
        boolean begun = false;
        underWay.only(Situation.BATCH);
        try (Batch batch = store.tree(first.tree()).batch()) {
            for (int i = random.nextInt(5); i >= 0; i--) {
                Command command = first.another(random);
                if (!command.isMistaken(today()) && !command.overflows(memory, today())) {
                    note("  " + command);
                    if (!begun) {
                        begin();
                        begun = true;
                    }
                    ModelState next = command.applyTo(memory, today());
                    attempt(next);
                    command.applyTo(batch, memory, today());
                    memory = next;
                }
            }
            batch.commit();
        }
        underWay.nothing();
        if (begun) {
            acknowledged(memory);
        }
    }

    private void requireRefused(Command command) {
        try {
            command.applyTo(store, memory, today());
        } catch (FutureDayException expected) {
            return;
        }
        throw new AssertionError("not refused: " + command);
    }

    private void dropAndCreateAgain() {
        List<String> names = memory.names();
        if (!names.isEmpty()) {
            String name = names.get(random.nextInt(names.size()));
            command(new Command(Command.Kind.DROP, name, 0, 0, 0, 1));
            command(new Command(Command.Kind.CREATE, name, 0, 0, 0, 1));
        }
    }

    /** Before the first change after an opening that restored nothing. */
    private void begin() {
        if (notBegun) {
            history.attemptToSetAside();
        }
    }

    private void attempt(ModelState next) {
        if (isLogged()) {
            history.attempt(next);
        }
    }

    private void acknowledged(ModelState next) {
        memory = next;
        if (durability == Durability.FSYNC || notBegun && !isLogged()) {
            history.kept();
        } else if (durability == Durability.WRITE) {
            history.keptIfKilled();
        }
        notBegun = false;
    }

    private void snapshot() {
        List<String> names = memory.names();
        if (names.isEmpty()) {
            return;
        }
        String name = names.get(random.nextInt(names.size()));
        note("snapshot " + name);
        ModelState before = memory;
        ModelState published = published(List.of(name));
        if (!isLogged()) {
            history.attempt(published);
        }
        underWay.dump();
        try {
            undisturbedOrNot(() -> List.of(store.snapshot(name)));
            rests = published;
        } catch (TreeNotFoundException dropped) { // then it promises nothing
            require(!memory.trees().containsKey(name) || memory != before, dropped.getMessage());
        }
    }

    private void checkpoint() {
        boolean asked = random.nextBoolean();
        note(asked ? "checkpoint" : "automatic checkpoint");
        if (notBegun) {
            require(store.checkpoint().snapshots().isEmpty(), "a checkpoint before the first command");
            return;
        }
        ModelState published = published(memory.names());
        if (!isLogged()) {
            history.attempt(published);
        }
        underWay.dumpAll();
        undisturbedOrNot(() -> {
            boolean disturbed =
                    intruding; // the log's thread may be intruding, and turn it off for that time, at the end
            CheckpointReport report = asked ? store.checkpoint() : AutomaticCheckpoint.make(store);
            require(report.failures().isEmpty(), "" + report);
            require(disturbed || report.snapshots().size() == memory.names().size(), "" + report);
            return report.snapshots();
        });
        rests = published;
    }

    /** Has snapshots written, with other writes in between or not; then what the files hold is known. */
    private void undisturbedOrNot(Supplier<List<SnapshotInfo>> write) {
        int before = history.size();
        ModelState known = memory;
        pruning = false;
        intruding = isLogged()
                && !notBegun
                && random.nextBoolean()
                && !memory.names().isEmpty();
        List<SnapshotInfo> written;
        try {
            written = write.get();
        } finally {
            intruding = false;
            underWay.dumped();
        }
        history.keptUpTo(before);
        if (memory == known) {
            know(written);
        }
    }

    /** Returns what the disk holds, but for a log, when snapshots of some trees have been published. */
    private ModelState published(List<String> written) {
        ModelState state = ModelState.EMPTY;
        for (String name : memory.names()) {
            if (written.contains(name)) {
                state = state.with(name, memory.tree(name));
            } else if (rests.trees().containsKey(name)) {
                state = state.with(name, rests.tree(name));
            }
        }
        return state;
    }

    private void know(List<SnapshotInfo> written) {
        Map<String, Map<Long, NavigableMap<Integer, Long>>> known = new LinkedHashMap<>(files);
        written.forEach(file -> known.put(file.name(), memory.tree(file.tree())));
        files = known;
    }

    private void load() {
        Map<String, String> known = new HashMap<>();
        for (SnapshotInfo file : store.snapshots()) {
            if (files.containsKey(file.name())) {
                known.put(file.name(), file.tree());
            }
        }
        if (known.isEmpty()) {
            return;
        }
        List<String> names = known.keySet().stream().sorted().toList();
        String file = names.get(random.nextInt(names.size()));
        note("load " + file);
        ModelState next = memory.with(known.get(file), files.get(file));
        underWay.meanwhile(Situation.LOAD, () -> {
            begin();
            attempt(next);
            store.load(file);
        });
        acknowledged(next);
        rests = rests.with(known.get(file), files.get(file));
    }

    private void sync() {
        note("sync");
        store.sync();
        if (isLogged() && !notBegun) {
            history.kept();
        }
    }

    private void verify() {
        note("verify");
        VerifyReport report = store.verify();
        require(report.ok(), "" + report);
        require(report.compared() == (isLogged() && !notBegun), "" + report);
        if (report.compared()) {
            require(report.trees() == memory.names().size(), "" + report);
            history.keptIfKilled();
        }
    }

    private void checkMemory() {
        ModelState held = ModelState.of(store);
        require(held.same(memory), "memory is not what the commands give: held=" + held + ", expected=" + memory);
        VerifyReport report = store.verify();
        require(report.ok(), "" + report);
    }

    private void end(End end) {
        note("end by " + end);
        underWay.ended(end != End.CLOSE);
        if (end == End.CLOSE) {
            underWay.only(Situation.CLOSE);
            store.close();
            underWay.nothing();
            if (isLogged() && !notBegun) {
                history.kept();
            }
            Leftovers.requireNone(disk, DIRECTORY);
            disk = onSame(disk.state());
            return;
        }
        DiskState left = disk.crash();
        History.Mark mark = history.mark();
        abandon();
        Loss loss = end == End.KILL ? Loss.NOTHING : random.nextBoolean() ? Loss.ANYTHING : Loss.EVERYTHING;
        history = mark.after(loss);
        disk = onSame(left.crash(loss, random));
    }

    private SimulatedDisk onSame(DiskState state) {
        SimulatedDisk next = new SimulatedDisk(state, clock, random.nextLong());
        next.listener(this);
        return next;
    }

    /** Ends the store's threads; its disk has crashed, or a check has failed. */
    private void abandon() {
        disk.crash();
        try {
            store.close();
        } catch (KarmaException | CrashError expected) {
            note("closed after a crash: " + expected.getMessage());
        }
    }
}
