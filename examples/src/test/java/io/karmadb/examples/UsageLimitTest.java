package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageLimitTest {
    private static final long CUSTOMER = 7;

    @TempDir
    Path scratch;

    @Test
    void callsOfThirtyDaysCountAgainstTheLimit() throws Exception {
        assertThat(JavaProcess.run(scratch, UsageLimit.class))
                .containsExactly(
                        "20261001: customer 7 asked for 60: 60 allowed, 0 refused, 60 of 100 used",
                        "20261011: customer 7 asked for 60: 40 allowed, 20 refused, 100 of 100 used",
                        "20261030: customer 7 asked for 1: 0 allowed, 1 refused, 100 of 100 used",
                        "20261031: customer 7 asked for 70: 60 allowed, 10 refused, 100 of 100 used");
    }

    @Test
    void callersAtTheSameMomentNeverGetMoreThanTheLimitBetweenThem() throws Exception {
        KarmaOptions options = KarmaOptions.builder()
                .history(HistoryKind.ON_HEAP)
                .clock(Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC))
                .zone(ZoneOffset.UTC)
                .build();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (KarmaStore store = KarmaStore.open(options)) {
            UsageLimit limit = new UsageLimit(store);
            List<Future<Integer>> results = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                results.add(threads.submit(() -> allowed(limit, 1_000)));
            }
            int allowed = 0;
            for (Future<Integer> result : results) {
                allowed += result.get();
            }

            assertThat(allowed).isLessThanOrEqualTo(100);
            assertThat(allowed + allowed(limit, 1_000))
                    .as("what was refused too early can still be had")
                    .isEqualTo(100);
        } finally {
            threads.shutdownNow();
        }
    }

    private static int allowed(UsageLimit limit, int times) {
        int allowed = 0;
        for (int i = 0; i < times; i++) {
            allowed += limit.tryCall(CUSTOMER) ? 1 : 0;
        }
        return allowed;
    }
}
