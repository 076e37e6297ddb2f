package io.karmadb.engine;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Holds up what a store does to {@code karma.wal}, counts it, or lets it fail. What was asked for last holds. */
final class LogUnderTest {
    private final HookedDisk disk;
    private final CountDownLatch heldUp = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);

    LogUnderTest(HookedDisk disk) {
        this.disk = disk;
    }

    private void before(HookedDisk.Action wanted, HookedDisk.Hook hook) {
        disk.hook((action, name) -> {
            if (action == wanted && name.equals("karma.wal")) {
                hook.before(action, name);
            }
        });
    }

    /** Holds up whoever writes to the log, or forces it, until {@link #goOn}. */
    void holdUp(HookedDisk.Action action) {
        before(action, (same, name) -> {
            heldUp.countDown();
            Background.await(goesOn);
        });
    }

    void holdForcesUpAndFail() {
        before(HookedDisk.Action.FORCE, (action, name) -> {
            heldUp.countDown();
            Background.await(goesOn);
            throw new IOException("broken");
        });
    }

    void failForces() {
        before(HookedDisk.Action.FORCE, (action, name) -> {
            throw new IOException("broken");
        });
    }

    /** Returns the number of forces from now on. */
    AtomicInteger countForces() {
        AtomicInteger forces = new AtomicInteger();
        before(HookedDisk.Action.FORCE, (action, name) -> forces.incrementAndGet());
        return forces;
    }

    /** Waits until somebody is held up. */
    void awaitHeldUp() {
        Background.await(heldUp);
    }

    void goOn() {
        goesOn.countDown();
    }
}
