package io.karmadb.simulation;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * All files and directories of a disk at some moment. Immutable, and cheap to make: its parts are.
 *
 * @param files by number; several names may stand for one
 * @param directories by path
 */
record DiskState(Map<Integer, FileState> files, Map<Path, DirectoryState> directories) {
    DiskState {
        files = Map.copyOf(files);
        directories = Map.copyOf(directories);
    }

    /** Returns what is left after a crash. Files whose last name is gone are gone. */
    DiskState crash(Loss loss, Random random) {
        Map<Path, DirectoryState> directoriesLeft = new HashMap<>();
        Set<Integer> named = new HashSet<>();
        directories.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            DirectoryState left = entry.getValue().crash(loss, random);
            directoriesLeft.put(entry.getKey(), left);
            named.addAll(left.forced().values());
            named.addAll(left.seen().values());
            left.changes().forEach(change -> named.add(change.file()));
        });
        Map<Integer, FileState> filesLeft = new HashMap<>();
        files.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            if (named.contains(entry.getKey())) {
                filesLeft.put(entry.getKey(), entry.getValue().crash(loss, random));
            }
        });
        return new DiskState(filesLeft, directoriesLeft);
    }
}
