package io.karmadb.server.http;

import io.karmadb.KarmaStore;
import io.karmadb.SnapshotInfo;
import java.util.HashMap;
import java.util.Map;

/**
 * How far the snapshots lie behind.
 *
 * @param files how many there are
 * @param oldestSeconds how old the newest snapshot is of the tree where it is oldest; -1 if no tree has one
 * @param without how many trees have none
 */
record SnapshotAges(int files, long oldestSeconds, int without) {
    private static final long MILLIS_PER_SECOND = 1000;

    static SnapshotAges of(KarmaStore store) {
        Map<String, Long> newest = new HashMap<>();
        int files = 0;
        for (SnapshotInfo snapshot : store.snapshots()) {
            newest.merge(snapshot.tree(), snapshot.seconds(), Math::max);
            files++;
        }
        long now = System.currentTimeMillis() / MILLIS_PER_SECOND;
        long oldest = -1;
        int without = 0;
        for (String tree : store.trees()) {
            Long seconds = newest.get(tree);
            if (seconds == null) {
                without++;
            } else {
                oldest = Math.max(oldest, Math.max(0, now - seconds));
            }
        }
        return new SnapshotAges(files, oldest, without);
    }

    boolean isKnown() {
        return oldestSeconds >= 0;
    }
}
