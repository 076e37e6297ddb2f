package io.karmadb.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.karmadb.HistoryKind;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PlatformThreadsTest {
    @Test
    void aPlatformThreadDoesItsOwnWork() {
        assertThat(PlatformThreads.needed()).isFalse();
    }

    @Test
    void workIsDoneByANamedDaemon() {
        Thread worker = PlatformThreads.call(Thread::currentThread);
        assertThat(worker).isNotSameAs(Thread.currentThread());
        assertThat(worker.getName()).matches("karma-history-\\d+");
        assertThat(worker.isDaemon()).isTrue();
    }

    @Test
    void whatTheWorkThrowsIsThrown() {
        RuntimeException exception = new IllegalStateException("a");
        Error error = new OutOfMemoryError("b");
        assertThatThrownBy(() -> PlatformThreads.run(() -> {
                    throw exception;
                }))
                .isSameAs(exception);
        assertThatThrownBy(() -> PlatformThreads.run(() -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @Test
    void anInterruptWaitsForTheWork() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Object> seen = new ArrayList<>();
        Thread waiting = new Thread(() -> {
            seen.add(PlatformThreads.call(() -> {
                begun.countDown();
                goOn.await();
                return "done";
            }));
            seen.add(Thread.currentThread().isInterrupted());
        });
        waiting.start();
        begun.await();
        waiting.interrupt();
        goOn.countDown();
        waiting.join();
        assertThat(seen).containsExactly("done", true);
    }

    /** Needs Java 21, with or without virtual threads in the source. */
    @Test
    void virtualThreadsUseHistoryWithoutEnteringIt() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads are there from Java 21 on");
        Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        Queue<Boolean> needed = new ConcurrentLinkedQueue<>();
        int threads = 500;
        try (OffHeapHistory history = (OffHeapHistory) HistoryFactory.open(HistoryKind.OFF_HEAP)) {
            List<Thread> started = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                long key = i;
                started.add((Thread) start.invoke(null, (Runnable) () -> {
                    try {
                        needed.add(PlatformThreads.needed());
                        useHistory(history, key);
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                }));
            }
            for (Thread thread : started) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            assertThat(needed).hasSize(threads).containsOnly(true);
            assertThat(history.maps()[0].threads())
                    .allMatch(thread -> thread.getName().startsWith("karma-history-"));
        }
    }

    private static void useHistory(History history, long key) {
        BucketBuffer buckets = new BucketBuffer();
        buckets.add(20261101, 1);
        buckets.add(20261102, 2);
        int locator = history.putAll(key, buckets, 0, 2);
        for (int day = 20261103; day <= 20261130; day++) {
            locator = history.put(key, locator, day, 3);
        }
        assertThat(history.sum(key, locator, 20261102, 20261104, 20261103)).isEqualTo(5);
        BucketBuffer collected = new BucketBuffer();
        history.collect(key, locator, 0, 20261101, 0, collected);
        assertThat(collected.size()).isEqualTo(1);
        assertThat(history.delete(key, locator, 0, 20261130)).isEqualTo(History.NOWHERE);
    }
}
