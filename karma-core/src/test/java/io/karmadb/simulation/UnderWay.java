package io.karmadb.simulation;

import io.karmadb.disk.Disk;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/** What a player has under way, for whoever asks in which situations a store was crashed. */
final class UnderWay {
    private volatile Set<Situation> situations = Set.of();

    /** Whether a command has come in the middle of the snapshot that is being written. */
    private volatile boolean intruded;

    private volatile boolean opening;

    /** Whether what is on the disk is what a crash has left. */
    private boolean crashed;

    private final Set<String> dropped = new HashSet<>();
    private Situation lastDump;

    UnderWay(boolean crashed) {
        this.crashed = crashed;
    }

    /** Returns the situations in which an operation comes. */
    Set<Situation> at(Operation operation, Path path, SimulatedDisk disk) {
        Set<Situation> now = Situation.of(operation, path, opening, disk);
        now.addAll(situations);
        if (intruded) {
            now.add(Situation.COMMAND_DURING_DUMP);
        }
        return now;
    }

    void nothing() {
        situations = Set.of();
    }

    void only(Situation situation) {
        situations = Set.of(situation);
    }

    /** Has something else under way for a time, that may come in the middle of what is under way already. */
    void meanwhile(Situation situation, Runnable action) {
        Set<Situation> before = situations;
        situations = Set.of(situation);
        action.run();
        situations = before;
    }

    void opening(Disk disk, Path directory, boolean restore) {
        situations = ofOpening(disk, directory, restore);
        opening = true;
    }

    private Set<Situation> ofOpening(Disk disk, Path directory, boolean restore) {
        Set<Situation> all = EnumSet.noneOf(Situation.class);
        if (restore) {
            all.add(Situation.RESTORE);
            if (crashed) {
                all.add(Situation.RECOVERY_AFTER_CRASH);
            }
            boolean data = disk.exists(disk.resolve(directory, "karma.wal")) || Leftovers.anySnapshot(disk, directory);
            if (data && !disk.exists(disk.resolve(directory, "karma.manifest"))) {
                all.add(Situation.CONVERSION);
            }
        }
        return all;
    }

    void opened() {
        opening = false;
        situations = Set.of();
    }

    void command(Command command) {
        situations = Set.of(
                switch (command.kind()) {
                    case INCREMENT -> Situation.INCREMENT;
                    case DECREMENT -> Situation.DECREMENT;
                    case SET -> Situation.SET;
                    case DELETE, DELETE_ALL -> Situation.DELETE;
                    case RESET, RESET_ALL -> Situation.RESET;
                    case CREATE -> dropped.contains(command.tree()) ? Situation.CREATE_AGAIN : Situation.CREATE;
                    case DROP -> Situation.DROP;
                });
        if (command.kind() == Command.Kind.DROP) {
            dropped.add(command.tree());
        }
    }

    void dump() {
        dumping(Situation.DUMP, Situation.DUMP_ALL, Situation.DUMP_AFTER_DUMP_ALL);
    }

    void dumpAll() {
        dumping(Situation.DUMP_ALL, Situation.DUMP, Situation.DUMP_ALL_AFTER_DUMP);
    }

    private void dumping(Situation dump, Situation other, Situation afterOther) {
        situations = lastDump == other ? Set.of(dump, afterOther) : Set.of(dump);
        lastDump = dump;
    }

    /** A command has come in the middle of a snapshot. */
    void intruded() {
        intruded = true;
    }

    void dumped() {
        intruded = false;
        situations = Set.of();
    }

    /** The session has ended, by a crash or not. */
    void ended(boolean byCrash) {
        crashed = byCrash;
    }
}
