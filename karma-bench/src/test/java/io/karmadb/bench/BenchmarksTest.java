package io.karmadb.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs every benchmark for some milliseconds, so that none is found broken on the day it is needed. */
class BenchmarksTest {
    @Test
    void everyBenchmarkRuns() throws RunnerException {
        Options options = new OptionsBuilder()
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(2))
                .param("keys", "100")
                .param("durability", "BUFFERED")
                .param("history", "ON_HEAP")
                .param("days", "40")
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();

        Collection<RunResult> results = new Runner(options).run();

        Set<String> ran = results.stream()
                .map(result -> result.getParams().getBenchmark().replaceFirst(".*\\.(\\w+\\.\\w+)$", "$1"))
                .collect(Collectors.toSet());
        assertThat(ran)
                .containsExactlyInAnyOrder(
                        "MapBenchmark.increment",
                        "MapBenchmark.incrementAndDecrement",
                        "MapBenchmark.mixed",
                        "MapBenchmark.sum",
                        "PeerBenchmark.increment",
                        "PeerBenchmark.incrementAndDecrement",
                        "PeerBenchmark.mixed",
                        "PeerBenchmark.sum",
                        "ReadBenchmark.find30Days",
                        "ReadBenchmark.sum",
                        "ReadBenchmark.sum30Days",
                        "ReadBenchmark.sum365Days",
                        "ReadBenchmark.sum7Days",
                        "WriteBenchmark.increment",
                        "WriteBenchmark.incrementAndDecrement",
                        "WriteBenchmark.mixed");
        assertThat(results)
                .allSatisfy(result -> assertThat(result.getPrimaryResult().getScore())
                        .as(result.getParams().id())
                        .isPositive());
    }
}
