package io.karmadb.counter;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class U64Test {
    @Property(tries = 10_000)
    void mod127IsThatOfTheUnsignedNumber(
            @ForAll long any, @ForAll @IntRange(max = 63) int shift, @ForAll @IntRange(min = -2, max = 2) int step) {
        for (long a : new long[] {any, any >>> shift, (any >>> shift) / 127 * 127 + step, (1L << shift) + step}) {
            assertThat(U64.mod127(a)).isEqualTo((int) Long.remainderUnsigned(a, 127));
        }
    }

    @Property(tries = 10)
    void mod127IsExactFromTheSmallestToTheLargest(@ForAll @IntRange(max = 1 << 20) int skip) {
        for (long a = 0; a < 1_000_000; a++) {
            long large = -1 - skip - a;
            if (U64.mod127(a) != a % 127 || U64.mod127(large) != Long.remainderUnsigned(large, 127)) {
                throw new AssertionError(a + ", " + Long.toUnsignedString(large));
            }
        }
    }

    @Property
    void aSumOverflowsIfItDoesNotFitIn64Bits(@ForAll long a, @ForAll long b) {
        BigInteger sum = new BigInteger(Long.toUnsignedString(a)).add(new BigInteger(Long.toUnsignedString(b)));
        assertThat(U64.sumOverflows(a, b)).isEqualTo(sum.bitLength() > 64);
    }

    @Property
    void minIsTheSmallerUnsignedNumber(@ForAll long a, @ForAll long b) {
        assertThat(U64.min(a, b)).isEqualTo(Long.compareUnsigned(a, b) < 0 ? a : b);
    }
}
