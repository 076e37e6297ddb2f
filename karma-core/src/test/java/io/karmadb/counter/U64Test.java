package io.karmadb.counter;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class U64Test {
    @Property
    void modIsThatOfTheUnsignedNumber(@ForAll long a, @ForAll @IntRange(min = 1, max = 1 << 30) int divisor) {
        assertThat(U64.mod(a, divisor)).isEqualTo((int) Long.remainderUnsigned(a, divisor));
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
