package io.karmadb.bench;

import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Which keys there are, and how often each is asked for. */
@State(Scope.Benchmark)
public class KeySpace {
    /** How many keys there are. */
    @Param({"1", "1000", "1000000", "10000000"})
    public int keys;

    /** How often each is asked for. */
    @Param({"UNIFORM", "ZIPF_099"})
    public Distribution distribution;

    /** Draws keys. */
    long[] draw(int count, SplittableRandom random) {
        int[] ranks = distribution.draw(keys, count, random);
        long[] drawn = new long[count];
        for (int i = 0; i < count; i++) {
            drawn[i] = key(ranks[i]);
        }
        return drawn;
    }

    /** Returns a rank's key: distinct, over the whole range of 64 bits, neighbours far from each other (SplitMix64). */
    static long key(long rank) {
        long key = (rank + 1) * 0x9E3779B97F4A7C15L;
        key = (key ^ (key >>> 30)) * 0xBF58476D1CE4E5B9L;
        key = (key ^ (key >>> 27)) * 0x94D049BB133111EBL;
        return key ^ (key >>> 31);
    }
}
