package io.karmadb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistributionTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 0",
        "2, 1",
        "3, 2",
        "4, 2",
        "5, 3",
        "8, 3",
        "9, 4",
        "1024, 10",
        "1025, 11",
        "4611686018427387904, 62",
        "4611686018427387905, 63",
        "9223372036854775807, 63"
    })
    void bucketsEndWithPowersOfTwo(long value, int bucket) {
        assertThat(Distribution.bucketOf(value)).isEqualTo(bucket);
    }

    @Test
    void addingAValueLeavesTheOriginalAsItIs() {
        Distribution one = Distribution.EMPTY.and(3);
        Distribution two = one.and(4).and(100);
        assertThat(Distribution.EMPTY.count()).isZero();
        assertThat(one.count()).isEqualTo(1);
        assertThat(two.count()).isEqualTo(3);
        assertThat(two.sum()).isEqualTo(107);
        assertThat(two.count(2)).isEqualTo(2);
        assertThat(two.count(7)).isEqualTo(1);
        assertThat(two.count(Distribution.BUCKETS - 1)).isZero();
    }

    @Test
    void aDistributionDoesNotChangeWithTheArrayItWasMadeFrom() {
        long[] counts = {1, 2};
        Distribution distribution = Distribution.of(counts, 5);
        counts[0] = 7;
        assertThat(distribution.count()).isEqualTo(3);
        assertThat(distribution.count(0)).isEqualTo(1);
    }

    @Test
    void moreBucketsThanThereAreAreRefused() {
        assertThatThrownBy(() -> Distribution.of(new long[Distribution.BUCKETS + 1], 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("counts=65");
    }
}
