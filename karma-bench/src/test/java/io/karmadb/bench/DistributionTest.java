package io.karmadb.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DistributionTest {
    private static final long SEED = 42;
    private static final int DRAWN = 200_000;

    @ParameterizedTest
    @EnumSource
    void drawsRanksOfTheRange(Distribution distribution) {
        assertThat(distribution.draw(1, 1_000, new SplittableRandom(SEED))).containsOnly(0);
        assertThat(count(distribution, 10)).doesNotContain(0).hasSize(10);
    }

    @Test
    void zipfDrawsARankInProportionToItsPower() {
        int[] counts = count(Distribution.ZIPF_099, 1_000);

        assertThat((double) counts[0] / counts[9]).isCloseTo(Math.pow(10, 0.99), within(0.7));
        assertThat((double) counts[0] / DRAWN).as("1 / sum of r^-0.99").isCloseTo(0.1294, within(0.005));
    }

    private static int[] count(Distribution distribution, int keys) {
        int[] counts = new int[keys];
        for (int rank : distribution.draw(keys, DRAWN, new SplittableRandom(SEED))) {
            counts[rank]++;
        }
        return counts;
    }
}
