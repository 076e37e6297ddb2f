package io.karmadb.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.karmadb.HistoryKind;
import io.karmadb.SnapshotInfo;
import io.karmadb.SnapshotNameException;
import io.karmadb.SnapshotNotFoundException;
import io.karmadb.StorageException;
import io.karmadb.counter.CounterTree;
import io.karmadb.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Which files of a directory are snapshots, of which tree, and which may go. */
final class SnapshotCatalogTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(SnapshotCatalog.class);

    @TempDir
    Path directory;

    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private SnapshotCatalog catalog;

    @BeforeEach
    void open() {
        catalog = new SnapshotCatalog(new RealDisk(), directory);
        events.start();
        LOG.addAppender(events);
        LOG.setLevel(Level.INFO);
    }

    @AfterEach
    void close() {
        LOG.detachAppender(events);
        LOG.setLevel(null);
    }

    private void touch(String... names) throws IOException {
        for (String name : names) {
            Files.writeString(directory.resolve(name), name);
        }
    }

    private String snapshotOf(long seconds, String tree) {
        return snapshotOf(seconds, tree, false);
    }

    private String snapshotOf(long seconds, String tree, boolean automatic) {
        return snapshotOf(seconds, tree, automatic, 300);
    }

    private String snapshotOf(long seconds, String tree, boolean automatic, long lsn) {
        SnapshotWriter writer = new SnapshotWriter(new RealDisk(), directory, automatic);
        CounterTree counters = Trees.of(new TreeMap<>());
        WrittenSnapshot written = writer.write(SnapshotName.of(seconds, tree), counters, "s", tree, lsn, () -> false);
        writer.publish(written);
        counters.release();
        return written.file().name();
    }

    private List<String> names() {
        return catalog.list().stream().map(SnapshotInfo::name).toList();
    }

    private List<String> trees() {
        return catalog.list().stream().map(SnapshotInfo::tree).toList();
    }

    @Test
    void newestByNumberComesFirstAndEqualsByName() throws IOException {
        touch("999_links.tree", "1704067200_links.tree", "10000_links.tree", "5_other_tree.tree", "999_a.tree");
        assertThat(names())
                .containsExactly(
                        "1704067200_links.tree",
                        "10000_links.tree",
                        "999_a.tree",
                        "999_links.tree",
                        "5_other_tree.tree");
        assertThat(catalog.list().get(0))
                .isEqualTo(new SnapshotInfo(
                        directory.toAbsolutePath().resolve("1704067200_links.tree"),
                        "1704067200_links.tree",
                        "links",
                        1704067200,
                        "1704067200_links.tree".length()));
    }

    @Test
    void whatIsNoSnapshotIsIgnoredWithOneWarningEach() throws IOException {
        touch("1_links.tree", "foo.tree", "abc_x.tree", "karma.wal", "2_links.tree.tmp", "karma.manifest");
        Files.createDirectory(directory.resolve("3_directory.tree"));
        Files.createSymbolicLink(directory.resolve("4_symlink.tree"), directory.resolve("1_links.tree"));
        for (int i = 0; i < 3; i++) {
            assertThat(names()).containsExactly("1_links.tree");
        }
        assertThat(events.list).hasSize(4).allSatisfy(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getKeyValuePairs().toString()).contains("event=\"backup.ignored\"");
        });
        assertThat(events.list.stream().map(event -> event.getKeyValuePairs().get(1).value))
                .containsExactlyInAnyOrder("foo.tree", "abc_x.tree", "3_directory.tree", "4_symlink.tree");
    }

    @Test
    void ourFilesTellTheTrueNameAndOlderOnesAreTakenLiterally() throws IOException {
        snapshotOf(9, "a/b");
        snapshotOf(8, "%41");
        String emoji = "🙂".repeat(300);
        snapshotOf(7, emoji);
        String tricky = "\u00a9tree_name\u0001xlsn\u0007".repeat(3) + "/"; // looks like the fields that follow it
        snapshotOf(6, tricky);
        String longest = "/".repeat(65_536);
        snapshotOf(5, longest);
        snapshotOf(4, "100%");
        touch("3_a%2Fb.tree", "2_x%7E0123456789abcdef0123456789abcdef.tree", "1_%41.tree");
        for (int i = 0; i < 2; i++) {
            assertThat(trees())
                    .containsExactly(
                            "a/b",
                            "%41",
                            emoji,
                            tricky,
                            longest,
                            "100%",
                            "a%2Fb",
                            "x%7E0123456789abcdef0123456789abcdef",
                            "%41");
        }
    }

    @Test
    void ourFileUnderAnotherNameIsTakenLiterally() throws IOException {
        Files.move(directory.resolve(snapshotOf(9, "a/b")), directory.resolve("9_c%2Fd.tree"));
        assertThat(trees()).containsExactly("c%2Fd");
    }

    @Test
    void shortOrCutFileWithAnEscapeIsTakenLiterally() throws IOException {
        byte[] whole = Files.readAllBytes(directory.resolve(snapshotOf(1, "a/b")));
        for (int length = 0; length < whole.length; length++) {
            Files.write(directory.resolve("1_a%2Fb.tree"), Arrays.copyOf(whole, length));
            assertThat(new SnapshotCatalog(new RealDisk(), directory)
                            .list()
                            .get(0)
                            .tree())
                    .isEqualTo("a%2Fb");
        }
    }

    @Test
    void nextNumberIsNowOrAboveTheNewestOfTheTree() throws IOException {
        touch("100_links.tree", "300_links.tree", "500_other.tree", "99_links.tree", "200_a%2Fb.tree");
        assertThat(catalog.nextSeconds("links", 250)).isEqualTo(301);
        assertThat(catalog.nextSeconds("links", 301)).isEqualTo(301);
        assertThat(catalog.nextSeconds("links", 1000)).isEqualTo(1000);
        assertThat(catalog.nextSeconds("new", 250)).isEqualTo(250);
        assertThat(catalog.nextSeconds("a/b", 1)).isEqualTo(201);
        assertThat(catalog.nextSeconds("a%2Fb", 1)).isEqualTo(201); // an older server's file would be this tree's
    }

    @Test
    void nextNumberIsNeverThatOfAnythingWithTheName() throws IOException {
        Files.createDirectory(directory.resolve("5_links.tree"));
        Files.createSymbolicLink(directory.resolve("6_links.tree"), directory.resolve("karma.wal"));
        assertThat(catalog.nextSeconds("links", 5)).isEqualTo(7);
        assertThat(catalog.nextSeconds("links", 1)).isEqualTo(7);
    }

    @Test
    void numbersOfOneLookAreGivenOutOnce() throws IOException {
        touch("300_links.tree");
        SnapshotNumbers numbers = catalog.numbers();
        assertThat(numbers.next("links", 250)).isEqualTo(301);
        assertThat(numbers.next("links", 250)).isEqualTo(302);
        assertThat(numbers.next("a/b", 250)).isEqualTo(250);
        assertThat(numbers.next("a/b", 250)).isEqualTo(251);
        touch("400_links.tree"); // comes after the look, but has the name
        assertThat(numbers.next("links", 400)).isEqualTo(401);
    }

    @Test
    void noNumberLeftIsAnErrorThatSaysWhatToDo() throws IOException {
        touch("9223372036854775807_links.tree");
        assertThat(names()).containsExactly("9223372036854775807_links.tree");
        assertThatThrownBy(() -> catalog.nextSeconds("links", 5))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("9223372036854775807_links.tree")
                .hasMessageContaining("lower number");
    }

    @Test
    void bareNameAndPrintedPathAreAccepted() throws IOException {
        touch("1_links.tree", "2_a\\b.tree");
        assertThat(catalog.requireBareName("1_links.tree")).isEqualTo("1_links.tree");
        assertThat(catalog.requireBareName("2_a\\b.tree")).isEqualTo("2_a\\b.tree");
        for (SnapshotInfo snapshot : catalog.list()) {
            assertThat(catalog.requireBareName(snapshot.file().toString())).isEqualTo(snapshot.name());
        }
    }

    @Test
    void printedPathIsAcceptedWhereTheDirectoryWasGivenInAnOddWay() throws IOException {
        touch("1_links.tree");
        for (Path odd : List.of(
                directory.resolve("."),
                directory.resolve("../" + directory.getFileName()),
                Path.of("").toAbsolutePath().relativize(directory.toAbsolutePath()))) {
            SnapshotCatalog other = new SnapshotCatalog(new RealDisk(), odd);
            String printed = other.list().get(0).file().toString();
            assertThat(other.requireBareName(printed)).isEqualTo("1_links.tree");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "links.tree",
                "links",
                "1704067200_.tree",
                "../1_links.tree",
                "../../../1_outside.tree",
                "./1_links.tree",
                "/1_links.tree",
                "/etc/1_links.tree",
                "sub/1_links.tree",
                "DIR/../1_links.tree",
                "DIR//1_links.tree",
                "DIR/sub/1_links.tree",
                "DIR/links.tree",
                "DIR1_links.tree",
                "DIR",
                "DIR/",
                "1_a\0.tree",
                "DIR/1_a\0.tree",
                "1_\ud83d.tree",
                "DIR/1_\ud83d.tree",
                ""
            })
    void otherNamesAreRefusedWithTheirText(String pattern) throws IOException {
        touch("1_links.tree");
        String input = pattern.replace("DIR", directory.toAbsolutePath().toString());
        assertThatExceptionOfType(SnapshotNameException.class)
                .isThrownBy(() -> catalog.requireBareName(input))
                .withMessage("Invalid dump file name \"" + input + "\"");
    }

    @Test
    void missingFileIsNotFound() throws IOException {
        Files.createDirectory(directory.resolve("2_links.tree"));
        Files.createSymbolicLink(directory.resolve("3_links.tree"), Path.of("/etc/passwd"));
        for (String name : new String[] {"1_links.tree", "2_links.tree", "3_links.tree"}) {
            assertThatExceptionOfType(SnapshotNotFoundException.class)
                    .isThrownBy(() -> catalog.requireBareName(name))
                    .withMessage("Dump \"links\" not found");
        }
        String tooLong = "1_" + "x".repeat(300) + ".tree";
        assertThatThrownBy(() -> catalog.requireBareName(tooLong)).isInstanceOf(SnapshotNotFoundException.class);
    }

    @Test
    void onlyOurTemporaryFilesAreSwept() throws IOException {
        String cut = SnapshotName.of(5, "🙂".repeat(300)).temporaryName();
        touch("1_links.tree.tmp", "2_a%2Fb.tree.tmp", cut);
        touch("links.tree.tmp", "01_links.tree.tmp", "3_a%2fb.tree.tmp", "4_links.tree", "notes.tmp", "x_y.tree.tmp");
        Files.createDirectory(directory.resolve("6_links.tree.tmp"));
        assertThat(catalog.sweepTemporary()).containsExactly("1_links.tree.tmp", "2_a%2Fb.tree.tmp", cut);
        assertThat(catalog.sweepTemporary()).isEmpty();
        assertThat(directory.toFile().list()).hasSize(7);
    }

    @Test
    void pruningKeepsTheNewestOfEachTreeAndWhatIsNamed() throws IOException {
        touch("1_a.tree", "2_a.tree", "3_a.tree", "10_a.tree", "1_b.tree", "2_b.tree", "5_c.tree", "foo.tree");
        touch("1_a.tree.tmp");
        assertThat(catalog.prune(2, Set.of(), Set.of("1_a.tree", "no_such.tree")))
                .containsExactly("2_a.tree");
        assertThat(names()).containsExactly("10_a.tree", "5_c.tree", "3_a.tree", "2_b.tree", "1_a.tree", "1_b.tree");
        assertThat(catalog.prune(1, Set.of(), Set.of())).containsExactly("3_a.tree", "1_a.tree", "1_b.tree");
        assertThat(catalog.prune(1, Set.of(), Set.of())).isEmpty();
        assertThat(directory.resolve("foo.tree")).exists();
        assertThat(directory.resolve("1_a.tree.tmp")).exists();
        assertThat(events.list.stream()
                        .map(event -> String.valueOf(event.getKeyValuePairs()))
                        .filter(pairs -> pairs.contains("backup.prune")))
                .hasSize(2);
    }

    @Test
    void pruningOfNothingKeepsAll() throws IOException {
        touch("1_a.tree", "2_a.tree");
        assertThat(catalog.prune(0, Set.of(), Set.of())).isEmpty();
        assertThat(catalog.prune(-1, Set.of(), Set.of())).isEmpty();
        assertThat(names()).hasSize(2);
    }

    @Test
    void automaticSnapshotsAreNotCountedAndOnlyOneThatIsTheNewestOfItsTreeStays() throws IOException {
        touch("1_a.tree", "2_a.tree", "3_a.tree", "4_a.tree", "5_a.tree", "1_b.tree", "2_b.tree");
        Set<String> automatic = Set.of("3_a.tree", "5_a.tree", "1_b.tree", "7_gone.tree");
        assertThat(catalog.prune(0, automatic, Set.of("1_b.tree"))).containsExactly("3_a.tree");
        assertThat(catalog.prune(3, automatic, Set.of())).containsExactly("1_b.tree");
        assertThat(names()).containsExactly("5_a.tree", "4_a.tree", "2_a.tree", "2_b.tree", "1_a.tree");
        assertThat(catalog.prune(1, automatic, Set.of())).containsExactly("2_a.tree", "1_a.tree");
    }

    @ParameterizedTest
    @MethodSource("treeNames")
    void automaticSnapshotsAreToldByTheirFiles(String tree) {
        String first = snapshotOf(1, tree);
        String second = snapshotOf(2, tree, true);
        String third = snapshotOf(3, tree);
        String fourth = snapshotOf(4, tree, true);
        String fifth = snapshotOf(5, tree, true);
        assertThat(catalog.prune(0, Set.of(), Set.of(second))).containsExactly(fourth);
        assertThat(names()).containsExactly(fifth, third, second, first);
        assertThat(catalog.prune(2, Set.of(), Set.of())).containsExactly(second);
        String sixth = snapshotOf(6, tree);
        assertThat(catalog.prune(2, Set.of(), Set.of())).containsExactly(fifth, first);
        assertThat(names()).containsExactly(sixth, third);
    }

    static List<String> treeNames() {
        return List.of("a", "a/b", "é\u00e9automatic", "tree_name\u00a3lsn", "x".repeat(65_536), "ü".repeat(32_768));
    }

    @Test
    void fileThatSaysThatItIsAutomaticElsewhereIsNone() throws IOException {
        snapshotOf(1, "automatic", false);
        String renamed = snapshotOf(2, "b", true);
        Files.move(directory.resolve(renamed), directory.resolve("2_automatic.tree"));
        Files.move(directory.resolve("1_automatic.tree"), directory.resolve("1_a.tree"));
        touch("3_a.tree", "3_automatic.tree");
        assertThat(catalog.prune(0, Set.of(), Set.of())).isEmpty();
        assertThat(names()).hasSize(4);
    }

    /** Whatever part of the end of a file is read first, its edge falls into one of these. */
    @Tag("exhaustive")
    @Test
    void automaticSnapshotsAreToldByTheirFilesWhateverTheLengthOfTheName() {
        for (long lsn : new long[] {0, 1L << 40}) {
            for (int length = 180; length <= 250; length++) {
                String tree = "x".repeat(length);
                String asked = snapshotOf(1, tree, false, lsn);
                snapshotOf(2, tree, true, lsn);
                String newest = snapshotOf(3, tree, false, lsn);
                assertThat(catalog.prune(2, Set.of(), Set.of()))
                        .as("lsn=%d, length=%d", lsn, length)
                        .hasSize(1);
                assertThat(names()).as("lsn=%d, length=%d", lsn, length).containsExactly(newest, asked);
                for (String name : names()) {
                    assertThat(directory.resolve(name).toFile().delete()).isTrue();
                }
            }
        }
    }

    @Test
    void fileThatCannotBeReadStaysAndTakesNoOthersPlaceWithAWarning() {
        String first = snapshotOf(0, "a");
        snapshotOf(1, "a", true);
        snapshotOf(2, "a", true);
        FailingDisk disk = new FailingDisk();
        disk.refuseToRead("1_a.tree");
        assertThat(new SnapshotCatalog(disk, directory).prune(1, Set.of(), Set.of()))
                .isEmpty();
        assertThat(names()).containsExactly("2_a.tree", "1_a.tree", first);
        assertThat(events.list)
                .singleElement()
                .satisfies(event -> assertThat(event.getKeyValuePairs().toString())
                        .contains("event=\"backup.unreadable\"", "1_a.tree", "AccessDenied"));
        assertThat(catalog.prune(0, Set.of(), Set.of())).containsExactly("1_a.tree");
    }

    @Test
    void fileThatCannotBeDeletedKeepsNoOtherFromIt() throws IOException {
        touch("1_a.tree", "2_a.tree", "3_a.tree", "4_a.tree");
        FailingDisk disk = new FailingDisk();
        SnapshotCatalog failing = new SnapshotCatalog(disk, directory);
        disk.failAt(2);
        assertThatThrownBy(() -> failing.prune(1, Set.of(), Set.of()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("2_a.tree");
        assertThat(names()).containsExactly("4_a.tree", "2_a.tree");
    }

    @Test
    void missingDirectoryIsAnErrorThatNamesIt() {
        SnapshotCatalog nowhere = new SnapshotCatalog(new RealDisk(), directory.resolve("nowhere"));
        assertThatThrownBy(nowhere::list).isInstanceOf(StorageException.class).hasMessageContaining("nowhere");
    }

    @Test
    void listedFileCanBeReadUnderItsName() {
        snapshotOf(5, "日本語/🙂");
        SnapshotInfo listed = catalog.list().get(0);
        SnapshotReader reader = new SnapshotReader(new RealDisk(), directory, HistoryKind.ON_HEAP);
        assertThat(reader.check(catalog.requireBareName(listed.name())).treeName())
                .isEqualTo(listed.tree());
    }
}
