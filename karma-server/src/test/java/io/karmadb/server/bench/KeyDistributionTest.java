package io.karmadb.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyDistributionTest {
    private static final int DRAWS = 1_000_000;

    private static int[] count(String distribution, int keys) {
        KeyDistribution drawn = KeyDistribution.parse(distribution, keys);
        SplittableRandom random = new SplittableRandom(1);
        int[] counts = new int[keys];
        for (int i = 0; i < DRAWS; i++) {
            counts[(int) drawn.draw(random)]++;
        }
        return counts;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.99, 1, 1.5, 3})
    void zipfDrawsEachRankInProportion(double exponent) {
        int keys = 10;
        int[] counts = count("zipf:" + exponent, keys);
        double sum = 0;
        for (int rank = 1; rank <= keys; rank++) {
            sum += Math.pow(rank, -exponent);
        }
        for (int rank = 1; rank <= keys; rank++) {
            double expected = DRAWS * Math.pow(rank, -exponent) / sum;
            assertThat((double) counts[rank - 1]).isCloseTo(expected, Percentage.withPercentage(10));
        }
    }

    @Test
    void uniformDrawsEachKeyAsOften() {
        for (int count : count("uniform", 10)) {
            assertThat((double) count).isCloseTo(DRAWS / 10.0, Percentage.withPercentage(2));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"uniform", "zipf", "zipf:1", "zipf:0.99"})
    void oneKeyIsDrawnAlways(String distribution) {
        assertThat(count(distribution, 1)).containsExactly(DRAWS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "normal", "zipf:", "zipf:0", "zipf:-1", "zipf:11", "zipf:NaN", "zipf:x"})
    void refusesOthers(String distribution) {
        assertThatThrownBy(() -> KeyDistribution.parse(distribution, 10)).hasMessageContaining("--distribution");
    }
}
