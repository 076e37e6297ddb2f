package io.karmadb.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.HistoryKind;
import io.karmadb.SnapshotInfo;
import io.karmadb.counter.CounterTree;
import io.karmadb.disk.RealDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** File names are UTF-8 under every locale: one process writes under one of them, another reads under another. */
final class FileNameLocaleTest {
    private static final List<String> TREES = List.of("日本語/🙂", "ünïcödé", "plain", "🙂".repeat(300));

    @TempDir
    Path directory;

    /** Runs in a process of its own. */
    public static void main(String[] arguments) {
        if (arguments[0].equals("write")) {
            write(Path.of(arguments[1]));
        } else {
            check(Path.of(arguments[1]));
        }
    }

    private static void write(Path directory) {
        SnapshotWriter writer = new SnapshotWriter(new RealDisk(), directory);
        SnapshotCatalog catalog = new SnapshotCatalog(new RealDisk(), directory);
        CounterTree counters = Trees.of(new TreeMap<>());
        for (String tree : TREES) {
            SnapshotName name = SnapshotName.of(catalog.nextSeconds(tree, 7), tree);
            writer.publish(writer.write(name, counters, "s", tree, 1, () -> false));
        }
        counters.release();
    }

    private static void check(Path directory) {
        SnapshotCatalog catalog = new SnapshotCatalog(new RealDisk(), directory);
        SnapshotReader reader = new SnapshotReader(new RealDisk(), directory, HistoryKind.ON_HEAP);
        assertThat(catalog.list().stream().map(SnapshotInfo::tree)).containsExactlyInAnyOrderElementsOf(TREES);
        for (SnapshotInfo snapshot : catalog.list()) {
            String name = catalog.requireBareName(snapshot.name());
            assertThat(name).isEqualTo(SnapshotName.of(7, snapshot.tree()).fileName());
            assertThat(catalog.requireBareName(directory.toAbsolutePath() + "/" + name))
                    .isEqualTo(name);
            assertThat(reader.check(name).treeName()).isEqualTo(snapshot.tree());
            assertThat(catalog.nextSeconds(snapshot.tree(), 7)).isEqualTo(8);
        }
    }

    private void run(String locale, String what) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        ProcessBuilder builder = new ProcessBuilder(
                java.toString(),
                "-ea",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FileNameLocaleTest.class.getName(),
                what,
                directory.toString());
        builder.environment().put("LC_ALL", locale);
        builder.redirectErrorStream(true);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    @Test
    void namesWrittenUnderAnyLocaleAreReadUnderAnyOther() throws IOException, InterruptedException {
        run("C", "write");
        check(directory);
        run("C", "check");
        run("C.UTF-8", "check");
    }
}
