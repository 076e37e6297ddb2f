package io.karmadb.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Durability;
import io.karmadb.DurabilityListener;
import io.karmadb.KarmaException;
import io.karmadb.StoreClosedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WriteAheadLogConcurrencyTest {
    private static final int THREADS = 8;
    private static final int LINES_EACH = 3000;

    @TempDir
    private Path directory;

    /** Body by LSN, as the appenders know it. */
    private final Map<Long, String> given = new ConcurrentHashMap<>();

    private long appendNext(WriteAheadLog log, int thread, int number) {
        String text = "\"thread\":" + thread + ",\"number\":" + number;
        LineTemplate body = LineTemplate.of(Logs.utf8(text));
        long lsn;
        while ((lsn = log.append(body, 0, 0, 0)) == WriteAheadLog.NO_ROOM) {
            log.awaitRoom();
        }
        assertThat(given.put(lsn, text)).isNull();
        return lsn;
    }

    private void assertAllThere(long afterLsn, long lastLsn) {
        List<Long> lsns = new ArrayList<>();
        LogReader.read(Logs.DISK, directory, afterLsn, lastLsn, Long.MAX_VALUE, null, false, line -> {
            lsns.add(line.lsn());
            assertThat(Logs.text(line.array(), line.bodyStart(), line.bodyLength()))
                    .isEqualTo(given.get(line.lsn()));
        });
        assertThat(lsns).isEqualTo(Logs.range(afterLsn + 1, lastLsn));
    }

    private static void run(List<Callable<Void>> tasks) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<Future<Void>> results = new ArrayList<>();
            tasks.forEach(task -> results.add(threads.submit(task)));
            for (Future<Void> result : results) {
                result.get(100, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Durability.class,
            names = {"FSYNC", "WRITE", "BUFFERED"})
    void manyAppendersWaitersRotationsAndReaders(Durability durability) throws Exception {
        long seed = System.nanoTime();
        AtomicLong deletedThrough = new AtomicLong();
        AtomicLong told = new AtomicLong();
        AtomicLong asked = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        try (WriteAheadLog log = Logs.open(new FaultyDisk(), directory, durability)) {
            List<Callable<Void>> appenders = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int thread = t;
                appenders.add(() -> {
                    Random random = new Random(seed + thread);
                    for (int i = 0; i < LINES_EACH; i++) {
                        long lsn = appendNext(log, thread, i);
                        switch (random.nextInt(40)) {
                            case 0 -> {
                                log.awaitDurable(lsn);
                                assertThat(log.isDurable(lsn)).isTrue();
                            }
                            case 1 -> log.sync(lsn);
                            case 2 -> log.flush(lsn);
                            case 3 -> {
                                asked.incrementAndGet();
                                log.whenDurable(lsn, new DurabilityListener() {
                                    @Override
                                    public void durable() {
                                        if (log.isDurable(lsn)) {
                                            told.incrementAndGet();
                                        }
                                    }

                                    @Override
                                    public void failed(KarmaException failure) {
                                        throw failure;
                                    }
                                });
                            }
                            case 4, 5 -> {
                                if (log.tryMakeDurable(lsn, Long.MAX_VALUE)) {
                                    assertThat(log.isDurable(lsn)).isTrue();
                                }
                            }
                            default -> {
                                // goes with the next one that is waited for
                            }
                        }
                    }
                    return null;
                });
            }
            List<Callable<Void>> tasks = new ArrayList<>();
            tasks.add(() -> {
                run(appenders);
                done.set(true);
                return null;
            });
            tasks.add(() -> {
                long previous = 0;
                while (!done.get()) {
                    long rotated = log.rotate();
                    LogReader.read(
                            Logs.DISK, directory, deletedThrough.get(), rotated, rotated, null, false, line -> {});
                    log.deleteThrough(previous);
                    deletedThrough.set(previous);
                    previous = rotated;
                }
                return null;
            });
            run(tasks);
            log.awaitDurable(log.lastLsn());
            log.sync(log.lastLsn());
            assertThat(log.bytes())
                    .isEqualTo(LogFiles.list(Logs.DISK, directory).bytes());
        } catch (Exception | AssertionError e) {
            throw new AssertionError("seed=" + seed, e);
        }
        assertThat(given).hasSize(THREADS * LINES_EACH);
        assertThat(told.get()).isEqualTo(asked.get());
        assertAllThere(deletedThrough.get(), (long) THREADS * LINES_EACH);
    }

    @ParameterizedTest
    @EnumSource(
            value = Durability.class,
            names = {"FSYNC", "WRITE", "BUFFERED"})
    void whatWasAppendedBeforeACloseIsThereAndNothingAfterIt(Durability durability) throws Exception {
        WriteAheadLog log = Logs.open(new FaultyDisk(), directory, durability);
        List<Callable<Void>> tasks = new ArrayList<>();
        AtomicLong waited = new AtomicLong();
        for (int t = 0; t < 4; t++) {
            int thread = t;
            tasks.add(() -> {
                try {
                    for (int i = 0; ; i++) {
                        long lsn = appendNext(log, thread, i);
                        if (i % 50 == thread) {
                            log.awaitDurable(lsn);
                            waited.incrementAndGet();
                        }
                    }
                } catch (StoreClosedException e) {
                    return null;
                }
            });
        }
        for (int c = 0; c < 2; c++) {
            tasks.add(() -> {
                while (waited.get() < 100) {
                    Thread.onSpinWait();
                }
                log.close();
                assertThat(given.size()).isLessThanOrEqualTo((int) log.lastLsn());
                return null;
            });
        }
        run(tasks);
        assertThat(given).hasSize((int) log.lastLsn());
        assertAllThere(0, log.lastLsn());
    }
}
