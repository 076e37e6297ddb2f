package io.karmadb.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BriefLockTest {
    private static final int THREADS = 4;
    private static final int TURNS = 200_000;

    private final BriefLock lock = new BriefLock();

    /** Guarded by the lock, and always the same when it is free. */
    private long first;

    private long second;

    /** Takes the lock on a thread of its own, which goes to sleep; returns that thread once it does. */
    private Thread sleeper(Runnable then) {
        Thread thread = new Thread(() -> {
            lock.take(true);
            try {
                then.run();
            } finally {
                lock.release();
            }
        });
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return thread;
    }

    @Test
    void oneThreadAtATimeHasItAlsoIfOthersSleep() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                boolean patient = i != 0;
                workers.add(pool.submit(() -> {
                    int turns = 0;
                    while (turns < TURNS) {
                        if (lock.take(patient)) {
                            first++;
                            if (turns % 1_000 == 0) {
                                Thread.yield(); // long enough for others to fall asleep
                            }
                            second++;
                            lock.release();
                            turns++;
                        }
                    }
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(first).isEqualTo((long) THREADS * TURNS).isEqualTo(second);
    }

    @Test
    void whoMayNotWaitGivesUp() {
        assertThat(lock.take(false)).isTrue();
        assertThat(lock.take(false)).isFalse();
        assertThat(lock.tryTake()).isFalse();
        lock.release();
        assertThat(lock.tryTake()).isTrue();
    }

    @Test
    void whoSleepsGetsItInTheEnd() throws InterruptedException {
        lock.take(true);
        List<Thread> sleepers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            sleepers.add(sleeper(() -> first++));
        }
        lock.release();
        for (Thread sleeper : sleepers) {
            sleeper.join();
        }
        assertThat(first).isEqualTo(THREADS);
        assertThat(lock.tryTake()).isTrue();
    }

    @Test
    void anInterruptDoesNotEndTheWaitAndIsKept() throws InterruptedException {
        AtomicBoolean kept = new AtomicBoolean();
        lock.take(true);
        Thread sleeper = sleeper(() -> {
            first++;
            kept.set(Thread.currentThread().isInterrupted());
        });
        sleeper.interrupt();
        while (sleeper.isInterrupted()) { // until it has noticed
            Thread.onSpinWait();
        }
        assertThat(first).isZero();
        lock.release();
        sleeper.join();
        assertThat(first).isEqualTo(1);
        assertThat(kept).isTrue();
    }

    @Test
    void aGuessHoldsAsLongAsNobodyHasHadTheLock() {
        long seen = lock.tryOptimisticRead();
        assertThat(seen).isNotZero();
        assertThat(lock.validate(seen)).isTrue();
        assertThat(lock.tryTake(seen)).isTrue();
        assertThat(lock.tryOptimisticRead()).isZero();
        assertThat(lock.validate(seen)).isFalse();
        lock.release();
        assertThat(lock.validate(seen)).isFalse();
        assertThat(lock.tryTake(seen)).isFalse();
        assertThat(lock.tryOptimisticRead()).isNotZero().isNotEqualTo(seen);
    }

    @Test
    void aGuessThatHoldsSawNoHalfOfAChange() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(1);
        try {
            AtomicBoolean over = new AtomicBoolean();
            Future<?> writer = pool.submit(() -> {
                while (!over.get()) {
                    lock.take(true);
                    first++;
                    second++;
                    lock.release();
                }
            });
            for (int held = 0; held < TURNS; ) {
                long seen = lock.tryOptimisticRead();
                long one = second;
                long other = first;
                if (seen != 0 && one != 0 && lock.validate(seen)) {
                    assertThat(one).isEqualTo(other);
                    held++;
                }
            }
            over.set(true);
            writer.get();
        } finally {
            pool.shutdownNow();
        }
    }
}
