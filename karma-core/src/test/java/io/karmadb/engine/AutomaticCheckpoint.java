package io.karmadb.engine;

import io.karmadb.CheckpointReport;
import io.karmadb.KarmaStore;

/** Makes a checkpoint as a store makes one by itself, but on the caller's thread and at a moment of its choice. */
public final class AutomaticCheckpoint {
    private AutomaticCheckpoint() {}

    /** Makes it, and returns what was done. */
    public static CheckpointReport make(KarmaStore store) {
        return ((Store) store).checkpointAutomatically();
    }
}
