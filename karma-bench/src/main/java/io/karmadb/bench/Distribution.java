package io.karmadb.bench;

import java.util.SplittableRandom;

/** How often each of a number of keys is asked for. */
public enum Distribution {
    /** Every key as often as every other. */
    UNIFORM {
        @Override
        int[] draw(int keys, int count, SplittableRandom random) {
            return random.ints(count, 0, keys).toArray();
        }
    },

    /** The key of rank {@code r} in proportion to {@code r^-0.99}: few keys are hot, most are rare, as with links. */
    ZIPF_099 {
        @Override
        int[] draw(int keys, int count, SplittableRandom random) {
            double[] cumulative = new double[keys];
            double sum = 0;
            for (int rank = 0; rank < keys; rank++) {
                sum += Math.pow(rank + 1.0, -EXPONENT);
                cumulative[rank] = sum;
            }
            int[] drawn = new int[count];
            for (int i = 0; i < count; i++) {
                drawn[i] = firstAbove(cumulative, random.nextDouble(sum));
            }
            return drawn;
        }
    };

    private static final double EXPONENT = 0.99;

    /**
     * Draws ranks.
     *
     * @param keys how many there are, 1 or more
     * @param count how many to draw
     * @param random where the randomness comes from
     * @return numbers of 0 to {@code keys - 1}
     */
    abstract int[] draw(int keys, int count, SplittableRandom random);

    /** Returns the first index whose value is above a number that is below the last value. */
    private static int firstAbove(double[] ascending, double value) {
        int low = 0;
        int high = ascending.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending[middle] > value) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
