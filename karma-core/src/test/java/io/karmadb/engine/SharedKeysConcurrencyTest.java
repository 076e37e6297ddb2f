package io.karmadb.engine;

import io.karmadb.Durability;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many threads on few keys of one tree, which is saved, loaded, dropped and closed meanwhile. All that they were told is
 * then compared with the whole log, line by line, and the log with what is left in memory and on disk.
 *
 * <p>When the threads meet is not in the seed's hands; {@code -Dkarma.simulation.seed} replays what is.
 */
class SharedKeysConcurrencyTest {
    private static final int ROUNDS = 1;

    @TempDir
    Path parent;

    @ParameterizedTest
    @EnumSource(names = {"FSYNC", "WRITE", "BUFFERED"})
    void whatThreadsAreToldIsWhatTheLogSaysLineByLine(Durability durability) throws Throwable {
        Long given = Long.getLong("karma.simulation.seed");
        long seed = given == null ? new Random().nextLong() : given;
        for (int round = 0; round < ROUNDS; round++) {
            for (SharedKeysRun.Mix mix : SharedKeysRun.Mix.values()) {
                for (boolean closing : new boolean[] {false, true}) {
                    Path directory = parent.resolve(mix + "-" + closing + "-" + round);
                    try {
                        new SharedKeysRun(directory, durability, mix, closing, seed + round).run();
                    } catch (Exception | AssertionError e) {
                        throw new AssertionError(
                                "-Dkarma.simulation.seed=" + seed + ", round=" + round + ", mix=" + mix + ", closing="
                                        + closing + ": " + e,
                                e);
                    }
                }
            }
        }
    }
}
