package io.karmadb.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.karmadb.server.protocol.Command;
import io.karmadb.server.protocol.ErrorCode;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AnswerCountsTest {
    private final ServerFigures figures = new ServerFigures();

    @Test
    void answersAreCountedByCommandAndOutcomeOverAllLoops() {
        LoopFigures one = figures.newLoop();
        LoopFigures other = figures.newLoop();
        AnswerCounts counts = new AnswerCounts();
        counts.add(Command.INCREMENT, null);
        counts.add(Command.INCREMENT, null);
        counts.add(Command.SUM, ErrorCode.NOT_FOUND);
        counts.add(null, ErrorCode.INVALID_JSON);
        assertThat(counts.requests()).isEqualTo(4);
        counts.moveTo(one, 5000);
        assertThat(counts.requests()).isZero();
        counts.add(Command.INCREMENT, null);
        counts.moveTo(other, 1_000_000);

        RequestTotals totals = figures.totals();
        assertThat(totals.answers(Command.INCREMENT, null)).isEqualTo(3);
        assertThat(totals.answers(Command.SUM, null)).isZero();
        assertThat(totals.answers(Command.SUM, ErrorCode.NOT_FOUND)).isEqualTo(1);
        assertThat(totals.answers(null, ErrorCode.INVALID_JSON)).isEqualTo(1);
        assertThat(totals.requests()).isEqualTo(5);
        assertThat(totals.errors()).isEqualTo(2);
        assertThat(totals.nanos(Command.INCREMENT)).isEqualTo(1_010_000);
        assertThat(totals.nanos()).isEqualTo(1_020_000);
        assertThat(ServerFigures.latencyMillisAverage(totals)).isCloseTo(0.204, within(1e-9));
        assertThat(totals.latencies(Command.INCREMENT, LatencyScale.bucketOf(5000)))
                .isEqualTo(2);
        assertThat(totals.latencies(Command.INCREMENT, LatencyScale.bucketOf(1_000_000)))
                .isEqualTo(1);
        assertThat(totals.latencies(null, LatencyScale.bucketOf(5000))).isEqualTo(1);
    }

    @Test
    void aWriteWhoseOutcomeIsUnknownIsAnErrorAfterAll() {
        AnswerCounts counts = new AnswerCounts();
        counts.add(Command.INCREMENT, null);
        counts.add(Command.INCREMENT, null);
        counts.becomesError(Command.INCREMENT, ErrorCode.INTERNAL_ERROR);
        assertThat(counts.requests()).isEqualTo(2);
        counts.moveTo(figures.newLoop(), 1);
        assertThat(figures.totals().answers(Command.INCREMENT, null)).isEqualTo(1);
        assertThat(figures.totals().answers(Command.INCREMENT, ErrorCode.INTERNAL_ERROR))
                .isEqualTo(1);
    }

    @Test
    void answersThatWereNeverSentAreNotCounted() {
        AnswerCounts counts = new AnswerCounts();
        counts.add(Command.PING, null);
        counts.clear();
        counts.add(Command.SUM, null);
        counts.moveTo(figures.newLoop(), 1);
        assertThat(figures.totals().answers(Command.PING, null)).isZero();
        assertThat(figures.totals().answers(Command.SUM, null)).isEqualTo(1);
    }

    @Test
    void aLatencyIsInTheFirstBucketWhoseBoundItDoesNotPass() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            long nanos = random.nextLong() >>> random.nextInt(1, 64);
            int bucket = LatencyScale.bucketOf(nanos);
            assertThat(nanos).as("seed=%d", seed).isLessThanOrEqualTo(LatencyScale.boundNanos(bucket));
            if (bucket > 0) {
                assertThat(nanos).as("seed=%d", seed).isGreaterThan(LatencyScale.boundNanos(bucket - 1));
            }
        }
    }

    @Test
    void bucketsReachFromMicrosecondsToAMinute() {
        assertThat(LatencyScale.boundNanos(0)).isEqualTo(4096);
        assertThat(LatencyScale.boundNanos(4)).isEqualTo(8192);
        assertThat(LatencyScale.boundNanos(LatencyScale.BUCKETS - 2)).isGreaterThan(TimeUnit.MINUTES.toNanos(1));
        for (int i = 1; i < LatencyScale.BUCKETS; i++) {
            assertThat(LatencyScale.boundNanos(i)).isGreaterThan(LatencyScale.boundNanos(i - 1));
            assertThat(LatencyScale.bucketOf(LatencyScale.boundNanos(i))).isEqualTo(i);
        }
    }
}
