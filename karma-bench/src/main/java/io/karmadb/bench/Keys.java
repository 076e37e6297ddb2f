package io.karmadb.bench;

import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/** The keys that one thread asks for, drawn in advance and gone through again and again. */
@State(Scope.Thread)
public class Keys {
    private static final int DRAWN = 1 << 20;
    private static final long SEED = 20261123;

    private long[] drawn;
    private int next;

    /**
     * Draws the keys, each thread its own.
     *
     * @param space what to draw from
     * @param thread which thread this is
     */
    @Setup(Level.Trial)
    public void draw(KeySpace space, ThreadParams thread) {
        drawn = space.draw(DRAWN, new SplittableRandom(SEED + thread.getThreadIndex()));
    }

    /** Returns the next key. */
    long next() {
        return drawn[next++ & (DRAWN - 1)];
    }

    /** Says whether the next of the mixed commands is a read: four of five. */
    boolean nextIsRead() {
        return next % 5 != 0;
    }
}
