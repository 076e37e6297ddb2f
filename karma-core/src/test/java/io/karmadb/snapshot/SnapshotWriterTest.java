package io.karmadb.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.HistoryKind;
import io.karmadb.StorageException;
import io.karmadb.Ticket;
import io.karmadb.counter.CounterTree;
import io.karmadb.counter.NumberingJournal;
import io.karmadb.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on disk after each step of writing a snapshot, whatever fails. */
final class SnapshotWriterTest {
    private static final SnapshotName NAME = SnapshotName.of(7, "links");

    @TempDir
    Path directory;

    private static WrittenSnapshot write(SnapshotWriter writer, CounterTree tree) {
        return writer.write(NAME, tree, "store", "links", 5, () -> false);
    }

    private static CounterTree someTree(int keys) {
        return Trees.of(Trees.random(new Random(3), keys, 5));
    }

    @Test
    void fileHasItsTemporaryNameUntilItIsPublished() {
        SnapshotWriter writer = new SnapshotWriter(new RealDisk(), directory);
        CounterTree tree = someTree(10);
        WrittenSnapshot written = write(writer, tree);
        assertThat(directory).isDirectoryContaining("glob:**/7_links.tree.tmp");
        assertThat(directory.resolve("7_links.tree")).doesNotExist();
        writer.publish(written);
        assertThat(directory.resolve("7_links.tree.tmp")).doesNotExist();
        assertThat(directory.resolve("7_links.tree")).hasSize(written.file().bytes());
        tree.release();
    }

    @Test
    void fileIsForItsOwnerOnly() throws IOException {
        CounterTree tree = someTree(1);
        write(new SnapshotWriter(new RealDisk(), directory), tree);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("7_links.tree.tmp"))))
                .isEqualTo("rw-------");
        tree.release();
    }

    @Test
    void discardedFileIsGoneAndMayBeDiscardedTwice() {
        SnapshotWriter writer = new SnapshotWriter(new RealDisk(), directory);
        CounterTree tree = someTree(10);
        WrittenSnapshot written = write(writer, tree);
        writer.discard(written);
        writer.discard(written);
        assertThat(directory).isEmptyDirectory();
        tree.release();
    }

    @Test
    void leftoverOfTheSameNameIsReplaced() throws IOException {
        Files.writeString(directory.resolve("7_links.tree.tmp"), "x".repeat(100_000));
        SnapshotWriter writer = new SnapshotWriter(new RealDisk(), directory);
        CounterTree tree = someTree(10);
        WrittenSnapshot written = write(writer, tree);
        assertThat(directory.resolve("7_links.tree.tmp")).hasSize(written.file().bytes());
        tree.release();
    }

    @Test
    void publishedFileIsNeverReplaced() throws IOException {
        Files.writeString(directory.resolve("7_links.tree"), "precious");
        SnapshotWriter writer = new SnapshotWriter(new RealDisk(), directory);
        CounterTree tree = someTree(10);
        WrittenSnapshot written = write(writer, tree);
        assertThatThrownBy(() -> writer.publish(written)).isInstanceOf(StorageException.class);
        assertThat(directory.resolve("7_links.tree")).hasContent("precious");
        assertThat(directory.resolve("7_links.tree.tmp")).doesNotExist();
        tree.release();
    }

    @Test
    void givingUpLeavesNothingBehind() {
        SnapshotWriter writer = new SnapshotWriter(new RealDisk(), directory);
        CounterTree tree = someTree(2000);
        AtomicInteger questions = new AtomicInteger();
        assertThatExceptionOfType(SnapshotCancelledException.class)
                .isThrownBy(
                        () -> writer.write(NAME, tree, "store", "links", 5, () -> questions.incrementAndGet() == 100));
        assertThat(questions).hasValue(100);
        assertThat(directory).isEmptyDirectory();
        tree.release();
    }

    @Test
    void failureOfTheTreeLeavesNothingBehind() {
        SnapshotWriter writer = new SnapshotWriter(new RealDisk(), directory);
        CounterTree tree = someTree(10);
        assertThatThrownBy(() -> writer.write(NAME, tree, "store", "links", 5, () -> {
                    throw new IllegalStateException("gone");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(directory).isEmptyDirectory();
        tree.release();
    }

    @Test
    void failureOfAnyStepLeavesAWholeFileOrNone() {
        CounterTree tree = someTree(2000);
        FailingDisk disk = new FailingDisk();
        SnapshotWriter writer = new SnapshotWriter(disk, directory);
        SnapshotReader reader = new SnapshotReader(disk, directory, HistoryKind.ON_HEAP);
        disk.failAt(0);
        WrittenSnapshot whole = write(writer, tree);
        writer.publish(whole);
        int steps = disk.changes();
        assertThat(steps).isGreaterThan(5);
        for (int step = 1; step <= steps; step++) {
            delete("7_links.tree");
            disk.failAt(step);
            WrittenSnapshot written = null;
            try {
                written = write(writer, tree);
                writer.publish(written);
            } catch (StorageException e) {
                assertThat(e).hasMessageContaining("7_links.tree").hasMessageContaining("chosen to fail");
            }
            if (written == null) {
                assertThat(directory).as("step=" + step).isEmptyDirectory();
            } else {
                if (Files.exists(directory.resolve("7_links.tree"))) { // renamed, but the directory was not forced
                    assertThat(reader.check(whole.file()).keys()).isEqualTo(2000);
                }
            }
            assertThat(directory.resolve("7_links.tree.tmp")).doesNotExist();
        }
        tree.release();
    }

    private void delete(String name) {
        try {
            Files.deleteIfExists(directory.resolve(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void snapshotOfATreeThatIsWrittenToHoldsNothingOlderThanItsStartAndNothingAboveItsLastLsn()
            throws InterruptedException, ExecutionException, IOException {
        CounterTree tree = CounterTree.create(HistoryKind.ON_HEAP);
        NumberingJournal journal = new NumberingJournal(100);
        int keys = 20_000;
        Ticket ticket = Ticket.waiting();
        for (int key = 0; key < keys; key++) {
            tree.increment(key, 20240101, 1, journal, ticket);
        }
        long lsn = journal.lsn();
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(1);
        ExecutorService others = Executors.newSingleThreadExecutor();
        try {
            Future<?> counting = others.submit(() -> {
                Ticket own = Ticket.waiting();
                Random random = new Random(4);
                while (!done.get()) {
                    tree.increment(random.nextInt(2 * keys), 20240102, 1, journal, own);
                    started.countDown();
                }
            });
            started.await();
            SnapshotWriter writer = new SnapshotWriter(new RealDisk(), directory);
            WrittenSnapshot written = write(writer, tree);
            assertThat(written.lastLsn()).isBetween(lsn, journal.lsn());
            done.set(true);
            counting.get();
            writer.publish(written);
            SortedMap<Long, SortedMap<Integer, Long>> content =
                    StrictReader.read(Files.readAllBytes(directory.resolve("7_links.tree")));
            assertThat(content).hasSizeGreaterThanOrEqualTo(keys).hasSize((int) written.keys());
            for (long key = 0; key < keys; key++) {
                assertThat(content.get(key)).containsEntry(20240101, 1L);
            }
            long after = content.values().stream()
                    .mapToLong(days -> days.getOrDefault(20240102, 0L))
                    .sum();
            assertThat(after).isLessThanOrEqualTo(written.lastLsn() - lsn);
        } finally {
            done.set(true);
            others.shutdownNow();
            tree.release();
        }
    }

    @Test
    void emptyTreeHasTheLsnItWasBegunWith() {
        CounterTree tree = CounterTree.create(HistoryKind.ON_HEAP);
        WrittenSnapshot written = write(new SnapshotWriter(new RealDisk(), directory), tree);
        assertThat(written.lastLsn()).isEqualTo(5);
        assertThat(written.keys()).isZero();
        tree.release();
    }
}
