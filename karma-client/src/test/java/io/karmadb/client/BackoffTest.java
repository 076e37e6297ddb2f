package io.karmadb.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration FIRST = Duration.ofMillis(50);
    private static final Duration MAX = Duration.ofSeconds(5);

    private static Duration limit(int failures) {
        return Duration.ofNanos(new Backoff(FIRST, MAX, () -> 1).nanos(failures));
    }

    @Test
    void doublesWithEachFailureUpToTheLimit() {
        assertThat(limit(1)).isEqualTo(Duration.ofMillis(50));
        assertThat(limit(2)).isEqualTo(Duration.ofMillis(100));
        assertThat(limit(7)).isEqualTo(Duration.ofMillis(3200));
        assertThat(limit(8)).isEqualTo(MAX);
        assertThat(limit(Integer.MAX_VALUE)).isEqualTo(MAX);
    }

    @Test
    void isHalfOfThatAtLeast() {
        assertThat(new Backoff(FIRST, MAX, () -> 0).nanos(2)).isEqualTo(FIRST.toNanos());
        assertThat(new Backoff(FIRST, MAX, () -> 0.5).nanos(2)).isEqualTo(FIRST.toNanos() * 3 / 2);
    }
}
