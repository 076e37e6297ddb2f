package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.karmadb.Durability;
import io.karmadb.disk.RealDisk;
import io.karmadb.wal.LogReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A restore that takes long says how far it has got; its time is a clock of the test. */
class RestoreProgressTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(RestoreProgress.class);

    @TempDir
    Path parent;

    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final AtomicLong nanos = new AtomicLong(-7);
    private final RestoreProgress progress = new RestoreProgress(nanos::get);

    @BeforeEach
    void listen() {
        events.start();
        LOG.addAppender(events);
        LOG.setLevel(Level.INFO);
    }

    @AfterEach
    void stopListening() {
        LOG.detachAppender(events);
        LOG.setLevel(null);
    }

    private List<String> told() {
        return events.list.stream()
                .map(event -> event.getMessage() + " " + event.getKeyValuePairs())
                .toList();
    }

    private void pass(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void longReplaySaysEveryFewSecondsHowFarItHasGot() {
        int lines = 150_000;
        TestStore test = new TestStore(parent).with(options -> options.durability(Durability.BUFFERED));
        test.open();
        for (int i = 0; i < lines; i++) {
            test.tree("a").increment(i % 1000);
        }
        test.close();
        int[] seen = new int[1];
        LogReader.read(new RealDisk(), test.directory(), 0, 0, Long.MAX_VALUE, null, false, progress.counting(line -> {
            seen[0]++;
            nanos.addAndGet(100_000);
        }));
        assertThat(seen[0]).isEqualTo(lines);
        assertThat(told())
                .containsExactly(
                        "Replaying the log [event=\"restore.progress\", lines=\"65536\", file=\"karma.wal\","
                                + " lsn=\"65536\", ms=\"6553\"]",
                        "Replaying the log [event=\"restore.progress\", lines=\"131072\", file=\"karma.wal\","
                                + " lsn=\"131072\", ms=\"13107\"]");
    }

    @Test
    void longReadingOfSnapshotsSaysHowManyThereAre() {
        pass(4999);
        progress.snapshots(1, 30);
        assertThat(told()).isEmpty();
        pass(1);
        progress.snapshots(2, 30);
        progress.snapshots(3, 30);
        pass(5000);
        progress.snapshots(4, 30);
        assertThat(told())
                .containsExactly(
                        "Reading snapshots [event=\"restore.progress\", snapshots=\"2\", of=\"30\", ms=\"5000\"]",
                        "Reading snapshots [event=\"restore.progress\", snapshots=\"4\", of=\"30\", ms=\"10000\"]");
    }
}
