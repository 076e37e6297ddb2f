package io.karmadb.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * Crashes a store at every file operation of random workloads, until there were
 * {@code -Dkarma.simulation.crashPoints}, or for {@code -Dkarma.simulation.minutes}. {@code -Dkarma.simulation.seed} replays one workload, with
 * {@code -Dkarma.simulation.crashAt} one crash of it.
 */
class StoreCrashTest {
    private static final long CRASH_POINTS = Long.getLong("karma.simulation.crashPoints", 10_000);

    /** A shorter run may miss one of the situations by chance. */
    private static final long ENOUGH_TO_MEET_ALL = 5_000;

    /** Where the seeds of the build start: those that have found something are all behind it. */
    private static final long FIRST_SEED = 1;

    @Test
    void aRestartAfterACrashAtAnyFileOperationFindsAllThatWasAcknowledged() throws Exception {
        CrashError.expectInThreads();
        AtomicLong crashPoints = new AtomicLong();
        Explorer explorer = new Explorer("StoreCrashTest", crashPoints);
        Long seed = Long.getLong("karma.simulation.seed");
        if (seed != null) {
            explorer.explore(seed, Integer.getInteger("karma.simulation.crashAt", -1));
            return;
        }
        Integer minutes = Integer.getInteger("karma.simulation.minutes");
        long end = System.nanoTime()
                + Duration.ofMinutes(minutes == null ? 0 : minutes).toNanos();
        long first = minutes == null ? FIRST_SEED : System.currentTimeMillis();
        AtomicLong next = new AtomicLong(first);
        exploreWhile(
                explorer,
                next,
                minutes == null ? () -> crashPoints.get() < CRASH_POINTS : () -> System.nanoTime() - end < 0);
        System.out.println("simulation: seeds=" + first + ".." + (next.get() - 1) + ", crashPoints=" + crashPoints
                + ", crashedIn=" + explorer.met());
        assertThat(crashPoints.get()).isPositive();
        if (crashPoints.get() >= ENOUGH_TO_MEET_ALL) {
            assertThat(explorer.met())
                    .as("situations that were crashed in")
                    .allSatisfy((situation, count) ->
                            assertThat(count).as("%s", situation).isPositive());
        }
    }

    private static void exploreWhile(Explorer explorer, AtomicLong next, BooleanSupplier wanted) throws Exception {
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(pool.submit(() -> {
                    while (wanted.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
                        explorer.explore(next.getAndIncrement(), -1);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        } finally {
            pool.shutdownNow();
            assertThat(pool.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
    }
}
