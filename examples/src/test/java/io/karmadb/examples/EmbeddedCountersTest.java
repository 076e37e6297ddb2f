package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedCountersTest {
    @TempDir
    Path scratch;

    @Test
    void theSecondRunGoesOnWhereTheFirstStopped() throws Exception {
        String directory = scratch.resolve("counters").toString();

        assertThat(JavaProcess.run(scratch, EmbeddedCounters.class, directory))
                .containsExactly("all days: 15", "May 2026: 5");
        assertThat(JavaProcess.run(scratch, EmbeddedCounters.class, directory))
                .containsExactly("all days: 30", "May 2026: 10");
    }
}
