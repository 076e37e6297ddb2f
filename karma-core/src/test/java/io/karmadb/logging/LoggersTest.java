package io.karmadb.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.Test;

/** Without a backend, see {@code EmbeddingTest}. */
class LoggersTest {
    @Test
    void whereThereIsABackendLinesGoThere() {
        assertThat(Loggers.hasBackend()).isTrue();
        assertThat(Loggers.of(LoggersTest.class))
                .isInstanceOfSatisfying(
                        Logger.class, logger -> assertThat(logger.getName()).isEqualTo(LoggersTest.class.getName()));
    }
}
