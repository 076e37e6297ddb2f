package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.DirectoryLockedException;
import io.karmadb.Durability;
import io.karmadb.KarmaStore;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process of its own that has the directory open and is killed by the operating system. */
class KilledProcessTest {
    private static final int LETTERS = 4_000;

    @TempDir
    Path parent;

    /** Attempted and acknowledged increments, by key. */
    private final long[] attempted = new long[Victim.KEYS];

    private final long[] acknowledged = new long[Victim.KEYS];

    @ParameterizedTest
    @EnumSource(names = {"FSYNC", "WRITE"})
    void keepsEveryAcknowledgedIncrementAndUntilThenTheDirectory(Durability durability) throws Exception {
        TestStore test = new TestStore(parent);
        Path letters = parent.resolve("letters");
        Path errors = parent.resolve("errors");
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        test.directory().toString(),
                        durability.name())
                .redirectOutput(letters.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            Background.await(() -> letters.toFile().length() >= LETTERS || !victim.isAlive());
            assertThat(victim.isAlive()).as(() -> Directories.text(errors)).isTrue();
            assertThatThrownBy(test::open)
                    .isInstanceOf(DirectoryLockedException.class)
                    .hasMessageContaining("another process");
        } finally {
            victim.destroyForcibly();
            assertThat(victim.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
        Directories.text(letters).chars().forEach(this::note);
        try (KarmaStore store = test.open()) {
            for (int key = 0; key < Victim.KEYS; key++) {
                assertThat(store.tree("a").sum(key)).isBetween(acknowledged[key], attempted[key]);
                assertThat(attempted[key] - acknowledged[key]).isBetween(0L, 1L);
            }
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    private void note(int letter) {
        if (letter >= 'a') {
            acknowledged[letter - 'a']++;
        } else {
            attempted[letter - 'A']++;
        }
    }
}
