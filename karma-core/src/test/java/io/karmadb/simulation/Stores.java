package io.karmadb.simulation;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.engine.Engine;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** Opens stores on simulated disks. */
final class Stores {
    static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private Stores() {}

    static KarmaStore open(SimulatedDisk disk, Durability durability) {
        return open(disk, durability, true, new SimulatedClock(NOW));
    }

    static KarmaStore open(SimulatedDisk disk, Durability durability, boolean restore, Clock clock) {
        return open(disk, Player.DIRECTORY, durability, restore, clock);
    }

    /** Opens a store on another directory than the usual one. */
    static KarmaStore open(SimulatedDisk disk, Path directory, Clock clock) {
        return open(disk, directory, Durability.FSYNC, true, clock);
    }

    private static KarmaStore open(
            SimulatedDisk disk, Path directory, Durability durability, boolean restore, Clock clock) {
        return Engine.openSmall(
                KarmaOptions.builder()
                        .directory(directory)
                        .durability(durability)
                        .history(HistoryKind.ON_HEAP)
                        .clock(clock)
                        .zone(ZoneOffset.UTC)
                        .restore(restore)
                        .snapshotsKept(2)
                        .build(),
                disk);
    }

    static SimulatedDisk disk(DiskState state) {
        return new SimulatedDisk(state, new SimulatedClock(NOW), 0);
    }
}
