package io.karmadb.simulation;

import io.karmadb.disk.Disk;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** What a store is in the middle of when it is crashed. A run of the simulation must meet each of them. */
enum Situation {
    INCREMENT,
    DECREMENT,
    SET,
    DELETE,
    RESET,
    BATCH,
    CREATE,
    CREATE_AGAIN,
    DROP,
    LOAD,
    DUMP,
    DUMP_AFTER_DUMP_ALL,
    DUMP_ALL,
    DUMP_ALL_AFTER_DUMP,
    COMMAND_DURING_DUMP,
    ROTATION_BEFORE_RENAMES,
    ROTATION_BETWEEN_RENAMES,
    MANIFEST_REPLACEMENT,
    SEGMENT_DELETION,
    PRUNING,
    SETTING_ASIDE,
    CONVERSION,
    RESTORE,
    RECOVERY_AFTER_CRASH,
    CUTTING_TORN_TAIL,
    FINISHING_ROTATION,
    CLOSE;

    /**
     * Returns the situations that an operation tells by itself.
     *
     * @param opening whether the store is being opened
     * @param disk holds what there is before the operation
     */
    static Set<Situation> of(Operation operation, Path path, boolean opening, Disk disk) {
        Set<Situation> situations = EnumSet.noneOf(Situation.class);
        String name = path.getFileName().toString();
        if (name.startsWith("karma.manifest")) {
            situations.add(MANIFEST_REPLACEMENT);
        } else if (path.toString().contains("karma.aside.")) {
            situations.add(SETTING_ASIDE);
        } else if (name.endsWith(".torn") || operation == Operation.TRUNCATE) {
            situations.add(CUTTING_TORN_TAIL);
        } else if (operation == Operation.DELETE && name.endsWith(".segment")) {
            situations.add(SEGMENT_DELETION);
        } else if (operation == Operation.DELETE && name.endsWith(".tree")) {
            situations.add(PRUNING);
        } else if (disk.exists(path.resolveSibling("karma.wal.tmp"))
                || disk.exists(path.resolve("karma.wal.tmp"))
                || operation == Operation.CREATE && name.equals("karma.wal.tmp")) {
            boolean between = !disk.exists(path.resolveSibling("karma.wal")) && !disk.exists(path.resolve("karma.wal"));
            situations.add(
                    !between ? ROTATION_BEFORE_RENAMES : opening ? FINISHING_ROTATION : ROTATION_BETWEEN_RENAMES);
        }
        return situations;
    }
}
