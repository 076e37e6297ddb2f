package io.karmadb.engine;

import io.karmadb.snapshot.Manifest;
import io.karmadb.snapshot.ManifestTree;
import io.karmadb.wal.LineHandler;
import io.karmadb.wal.LogLine;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Follows which trees there are while the log is read, and hands the lines on. */
final class NamesOnDisk implements LineHandler {
    private final Map<String, Long> starts = new HashMap<>();
    private final Set<String> names = new LinkedHashSet<>();
    private final long startOfOthers;
    private final Replay replay;

    NamesOnDisk(Manifest manifest, Replay replay) {
        for (ManifestTree tree : manifest.trees()) {
            names.add(tree.name());
            starts.put(tree.name(), tree.lsn());
        }
        this.startOfOthers = manifest.lsn();
        this.replay = replay;
    }

    @Override
    public void line(LogLine line) {
        LoggedCommand command = replay.read(line);
        String name = command.target();
        if (line.lsn() > starts.getOrDefault(name, startOfOthers)) {
            if (command.command.equals("drop")) {
                names.remove(name);
            } else {
                names.add(name);
            }
        }
        replay.apply(line);
    }

    Set<String> names() {
        return names;
    }
}
