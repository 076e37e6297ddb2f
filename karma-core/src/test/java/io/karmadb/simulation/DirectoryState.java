package io.karmadb.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The entries of a directory, name to number of file: as they were forced, the changes since, and as they are seen.
 * Immutable.
 */
record DirectoryState(Map<String, Integer> forced, List<Change> changes, Map<String, Integer> seen) {
    /** Stands for a directory in the place of a file's number. */
    static final int DIRECTORY = -1;

    static final DirectoryState EMPTY = new DirectoryState(Map.of(), List.of(), Map.of());

    /** One step: a file loses one name, or gets one, or both. A name is null if there is none. */
    record Change(String removed, String added, int file) {}

    DirectoryState change(String removed, String added, int file) {
        List<Change> more = new ArrayList<>(changes);
        Change change = new Change(removed, added, file);
        more.add(change);
        Map<String, Integer> next = new LinkedHashMap<>(seen);
        apply(change, next);
        return new DirectoryState(forced, more, next);
    }

    private static void apply(Change change, Map<String, Integer> entries) {
        if (change.removed != null) {
            entries.remove(change.removed);
        }
        if (change.added != null) {
            entries.put(change.added, change.file);
        }
    }

    DirectoryState force() {
        return new DirectoryState(seen, List.of(), seen);
    }

    /** Adds an entry for a directory, which survives a crash. */
    DirectoryState withDirectory(String name) {
        Map<String, Integer> onDevice = new LinkedHashMap<>(forced);
        Map<String, Integer> next = new LinkedHashMap<>(seen);
        onDevice.put(name, DIRECTORY);
        next.put(name, DIRECTORY);
        return new DirectoryState(onDevice, changes, next);
    }

    DirectoryState crash(Loss loss, Random random) {
        return switch (loss) {
            case NOTHING -> this;
            case EVERYTHING -> new DirectoryState(forced, List.of(), forced);
            case ANYTHING -> {
                Map<String, Integer> left = mixed(random);
                yield new DirectoryState(left, List.of(), left);
            }
        };
    }

    /**
     * Returns the entries with any of the changes. One that takes a name away needs the one that gave the name, and is
     * done as a whole: so a file that had a forced name has one after any number of renames.
     */
    private Map<String, Integer> mixed(Random random) {
        Map<String, Integer> entries = new LinkedHashMap<>(forced);
        int ordered = random.nextBoolean() ? random.nextInt(changes.size() + 1) : -1;
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            boolean kept = ordered >= 0 ? i < ordered : random.nextBoolean();
            Integer holder = change.removed == null ? null : entries.get(change.removed);
            if (kept && (change.removed == null || holder != null && holder == change.file)) {
                apply(change, entries);
            }
        }
        return entries;
    }
}
