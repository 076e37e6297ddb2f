package io.karmadb.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Durability;
import io.karmadb.DurabilityListener;
import io.karmadb.KarmaException;
import io.karmadb.StoreHealth;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who waits until something is durable, is told of it, or sees to it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AwaitingDurabilityTest {
    @TempDir
    private Path directory;

    @Test
    void bufferedIsAlwaysDurable() {
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.BUFFERED)) {
            long lsn = Logs.append(log);
            assertThat(log.isDurable(lsn)).isTrue();
            assertThat(log.durableLsn()).isEqualTo(lsn);
            log.awaitDurable(lsn);
            List<String> calls = new ArrayList<>();
            log.whenDurable(lsn, listener(calls, "a"));
            assertThat(calls).containsExactly("a");
        }
    }

    @Test
    void listenersAreCalledInTheOrderOfTheirLsns() throws Exception {
        List<String> calls = Collections.synchronizedList(new ArrayList<>());
        FaultyDisk disk = new FaultyDisk();
        try (WriteAheadLog log = Logs.open(disk, directory, Durability.FSYNC);
                FaultyDisk.Gate gate = disk.hold(FaultyDisk.Operation.WRITE)) {
            Logs.append(log, 30);
            CompletableFuture<Void> last = new CompletableFuture<>();
            for (int i = 30; i >= 1; i--) {
                log.whenDurable(i, listener(calls, "" + i));
            }
            log.whenDurable(30, listener(calls, "30 again"));
            log.whenDurable(30, new DurabilityListener() {
                @Override
                public void durable() {
                    last.complete(null);
                }

                @Override
                public void failed(KarmaException failure) {
                    last.completeExceptionally(failure);
                }
            });
            gate.open();
            last.get(30, TimeUnit.SECONDS);
            List<String> expected = new ArrayList<>();
            Logs.range(1, 30).forEach(lsn -> expected.add("" + lsn));
            expected.add("30 again");
            assertThat(calls).isEqualTo(expected);
        }
    }

    @Test
    void aListenerThatThrowsOrLeavesAnInterruptHarmsNobody() {
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.FSYNC)) {
            long lsn = Logs.append(log);
            log.whenDurable(lsn, new DurabilityListener() {
                @Override
                public void durable() {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("thrown on purpose by a test");
                }

                @Override
                public void failed(KarmaException failure) {}
            });
            log.awaitDurable(lsn);
            for (int i = 0; i < 10; i++) {
                log.awaitDurable(Logs.append(log));
            }
            assertThat(log.health().state()).isEqualTo(StoreHealth.State.OK);
        }
    }

    @Test
    void aListenerMustNotWaitForTheLog() throws Exception {
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.FSYNC)) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            log.whenDurable(Logs.append(log), new DurabilityListener() {
                @Override
                public void durable() {
                    try {
                        log.awaitDurable(Logs.append(log));
                        thrown.complete(null);
                    } catch (IllegalStateException e) {
                        thrown.complete(e);
                    }
                }

                @Override
                public void failed(KarmaException failure) {
                    thrown.complete(failure);
                }
            });
            assertThat(thrown.get(30, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void waitingIsNotEndedByAnInterrupt() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        try (WriteAheadLog log = Logs.open(disk, directory, Durability.FSYNC);
                FaultyDisk.Gate gate = disk.hold(FaultyDisk.Operation.FORCE)) {
            long lsn = Logs.append(log);
            CompletableFuture<Boolean> flagAfterwards = new CompletableFuture<>();
            Thread waiting = new Thread(() -> {
                log.awaitDurable(lsn);
                flagAfterwards.complete(Thread.currentThread().isInterrupted() && log.isDurable(lsn));
            });
            waiting.start();
            gate.awaitArrival();
            waiting.interrupt();
            assertThat(flagAfterwards).isNotDone();
            gate.open();
            assertThat(flagAfterwards.get(30, TimeUnit.SECONDS)).isTrue();

            Thread.currentThread().interrupt();
            log.awaitDurable(Logs.append(log));
            log.rotate();
            log.sync(log.lastLsn());
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 2));
    }

    /** The flusher may be about to rest and hold the file for a moment. */
    private static void tryUntilDone(WriteAheadLog log, long lsn, long forceNanosMax) {
        while (!log.tryMakeDurable(lsn, forceNanosMax)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aThreadCanWriteForItselfWhereWritingIsEnough() {
        FaultyDisk disk = new FaultyDisk();
        List<Thread> writers = new CopyOnWriteArrayList<>();
        try (WriteAheadLog log = WriteAheadLog.open(disk, directory, Durability.WRITE, 0, 1, false, Logs.ON_DEMAND)) {
            disk.setFaults((operation, file) -> {
                if (operation == FaultyDisk.Operation.WRITE) {
                    writers.add(Thread.currentThread());
                }
                return null;
            });
            long lsn = Logs.append(log, 3);
            assertThat(log.isDurable(lsn)).isFalse();
            tryUntilDone(log, lsn, 0);
            assertThat(log.isDurable(lsn)).isTrue();
            assertThat(writers).containsExactly(Thread.currentThread());
            assertThat(log.tryMakeDurable(lsn, 0)).isTrue();
            assertThat(writers).hasSize(1);
            assertThat(Logs.read(directory).end().lastLsn()).isEqualTo(3);
        }
    }

    @Test
    void aThreadForcesForItselfOnlyIfItCanSpareTheTimeThatForcesTake() {
        try (WriteAheadLog log =
                WriteAheadLog.open(Logs.DISK, directory, Durability.FSYNC, 0, 1, false, Logs.ON_DEMAND)) {
            assertThat(log.tryMakeDurable(Logs.append(log), TimeUnit.HOURS.toNanos(1)))
                    .as("nothing has been forced yet")
                    .isFalse();
            log.awaitDurable(log.lastLsn());
            assertThat(log.tryMakeDurable(Logs.append(log), 0)).isFalse();
            tryUntilDone(log, log.lastLsn(), TimeUnit.HOURS.toNanos(1));
            assertThat(log.durableLsn()).isEqualTo(2);
        }
    }

    @Test
    void aThreadThatWouldWriteForItselfDoesNotWaitForAnother() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        try (WriteAheadLog log = WriteAheadLog.open(disk, directory, Durability.WRITE, 0, 1, false, Logs.ON_DEMAND)) {
            CompletableFuture<Void> flushed;
            try (FaultyDisk.Gate gate = disk.hold(FaultyDisk.Operation.WRITE)) {
                long lsn = Logs.append(log);
                flushed = CompletableFuture.runAsync(() -> log.flush(lsn));
                gate.awaitArrival();
                assertThat(log.tryMakeDurable(lsn, Long.MAX_VALUE)).isFalse();
            }
            flushed.get(30, TimeUnit.SECONDS);
            assertThat(log.tryMakeDurable(1, 0)).isTrue();
        }
    }

    private static DurabilityListener listener(List<String> calls, String name) {
        return new DurabilityListener() {
            @Override
            public void durable() {
                calls.add(name);
            }

            @Override
            public void failed(KarmaException failure) {
                calls.add(name + " failed");
            }
        };
    }
}
