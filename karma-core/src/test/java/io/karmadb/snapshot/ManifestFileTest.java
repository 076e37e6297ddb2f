package io.karmadb.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CorruptionException;
import io.karmadb.RestoreException;
import io.karmadb.StorageException;
import io.karmadb.disk.RealDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifest's bytes, and that what is there is the earlier one, the new one, or refused. */
final class ManifestFileTest {
    private static final String STORE = "5b0e4f5e-3a71-4c0a-9d8f-0f2c64a1d9b3";

    private static final Manifest SMALL = new Manifest(
            STORE,
            7,
            true,
            List.of(
                    new ManifestTree("links", 5, new SnapshotFile("1704067200_links.tree", 123, 0x9A3F01BC)),
                    new ManifestTree("new \"ü\"\n", 6, null)),
            new ManifestOlderLog(3, 210, 0xC0FFEE, 20261123));

    @TempDir
    Path directory;

    private ManifestFile manifest() {
        return new ManifestFile(new RealDisk(), directory);
    }

    private byte[] bytes() throws IOException {
        return Files.readAllBytes(directory.resolve("karma.manifest"));
    }

    private void put(byte[] bytes) throws IOException {
        Files.write(directory.resolve("karma.manifest"), bytes);
    }

    /** Ends a manifest as an encoder does. */
    private static byte[] withCrc(String body) {
        CRC32C crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return (body + ",\"crc\":\"" + HexFormat.of().toHexDigits((int) crc.getValue()) + "\"}\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void manifestHasExactlyTheseBytes() throws IOException {
        manifest().replace(SMALL);
        String body = "{\"version\":1,\"store\":\"" + STORE + "\",\"lsn\":7,\"wal\":true,\"trees\":[\n"
                + "{\"name\":\"links\",\"lsn\":5,\"file\":\"1704067200_links.tree\",\"bytes\":123,\"crc\":\"9a3f01bc\"},\n"
                + "{\"name\":\"new \\\"ü\\\"\\n\",\"lsn\":6}\n"
                + "],\"older_wal\":{\"lines\":3,\"bytes\":210,\"crc\":\"00c0ffee\",\"day\":20261123}";
        assertThat(new String(bytes(), StandardCharsets.UTF_8))
                .isEqualTo(new String(withCrc(body), StandardCharsets.UTF_8));
        assertThat(manifest().read()).contains(SMALL);
    }

    @Test
    void aManifestThatTellsWhatWasSeenHasItAtTheEnd() throws IOException {
        Manifest small = new Manifest(STORE, 7, true, List.of(), null, 1_795_434_000, List.of());
        manifest().replace(small);
        String body =
                "{\"version\":1,\"store\":\"" + STORE + "\",\"lsn\":7,\"wal\":true,\"trees\":[],\"seen\":1795434000";
        assertThat(new String(bytes(), StandardCharsets.UTF_8))
                .isEqualTo(new String(withCrc(body), StandardCharsets.UTF_8));
    }

    @Test
    void aManifestThatNamesAutomaticSnapshotsHasThemInOrderAtTheEnd() throws IOException {
        Manifest small = new Manifest(STORE, 7, true, List.of(), null, 3, List.of("2_b.tree", "1_ü.tree", "2_b.tree"));
        manifest().replace(small);
        String body = "{\"version\":1,\"store\":\"" + STORE + "\",\"lsn\":7,\"wal\":true,\"trees\":[],\"seen\":3,"
                + "\"automatic\":[\n\"1_ü.tree\",\n\"2_b.tree\"\n]";
        assertThat(new String(bytes(), StandardCharsets.UTF_8))
                .isEqualTo(new String(withCrc(body), StandardCharsets.UTF_8));
        assertThat(manifest().read()).contains(small);
    }

    @Test
    void everyManifestIsReadAsItWasWritten() throws IOException {
        List<ManifestTree> trees = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            String name = i + "日🙂/%\u0000\u2028".repeat(i % 7);
            trees.add(new ManifestTree(
                    name,
                    i,
                    i % 3 == 0
                            ? null
                            : new SnapshotFile(SnapshotName.of(i, name).fileName(), i, i - 1000)));
        }
        trees.add(new ManifestTree("x".repeat(65_536), Long.MAX_VALUE, null));
        for (Manifest manifest : List.of(
                new Manifest("s", 0, false, List.of(), null),
                new Manifest(STORE, Long.MAX_VALUE, true, trees, null),
                new Manifest(STORE, 1, false, trees, new ManifestOlderLog(Long.MAX_VALUE, 0, -1, 99991231)),
                new Manifest(STORE, 1, true, trees, null, 0, List.of()),
                new Manifest(STORE, 1, true, trees, null, -1, List.of("1_a.tree", "1_\"日.tree")),
                new Manifest(
                        STORE,
                        1,
                        true,
                        trees,
                        new ManifestOlderLog(1, 0, 0, 20261123),
                        Long.MAX_VALUE,
                        List.of("x")))) {
            manifest().replace(manifest);
            assertThat(manifest().read()).contains(manifest);
        }
    }

    @Test
    void noManifestIsNoError() {
        assertThat(manifest().read()).isEmpty();
    }

    private void assertRefused(byte[] bytes, String how) throws IOException {
        put(bytes);
        assertThatExceptionOfType(RestoreException.class)
                .as(how)
                .isThrownBy(() -> manifest().read())
                .withMessageContaining("file=" + directory.resolve("karma.manifest"))
                .withMessageContaining("backup")
                .withCauseInstanceOf(CorruptionException.class);
        assertThat(bytes()).isEqualTo(bytes);
    }

    @Tag("exhaustive")
    @Test
    void flipOfAnyBitIsRefused() throws IOException {
        manifest().replace(SMALL);
        byte[] whole = bytes();
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(flipped, "bit=" + bit);
        }
    }

    @Tag("exhaustive")
    @Test
    void cutAtAnyByteIsRefused() throws IOException {
        manifest().replace(SMALL);
        byte[] whole = bytes();
        for (int length = 0; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length), "length=" + length);
        }
    }

    @Test
    void bytesBehindTheEndAreRefused() throws IOException {
        manifest().replace(SMALL);
        byte[] whole = bytes();
        assertRefused(Arrays.copyOf(whole, whole.length + 1), "a zero byte");
        byte[] twice = Arrays.copyOf(whole, 2 * whole.length);
        System.arraycopy(whole, 0, twice, whole.length, whole.length);
        assertRefused(twice, "itself again");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"version\":1",
                "[1",
                "{\"version\":1 ,\"store\":\"s\",\"lsn\":7,\"wal\":true,\"trees\":[]",
                "{\"version\":1,\"store\":\"s\",\"lsn\":7,\"trees\":[],\"wal\":true",
                "{\"version\":1,\"store\":\"s\",\"lsn\":7,\"wal\":1,\"trees\":[]",
                "{\"version\":1,\"store\":\"s\",\"lsn\":7.0,\"wal\":true,\"trees\":[]",
                "{\"version\":1,\"store\":\"s\",\"lsn\":-7,\"wal\":true,\"trees\":[]",
                "{\"version\":1,\"store\":\"s\",\"lsn\":9223372036854775808,\"wal\":true,\"trees\":[]",
                "{\"version\":1,\"store\":\"\",\"lsn\":7,\"wal\":true,\"trees\":[]",
                "{\"version\":1,\"store\":\"s\",\"lsn\":7,\"wal\":true,\"trees\":[],\"more\":1",
                "{\"version\":1,\"store\":\"s\",\"lsn\":7,\"wal\":true,\"trees\":{}",
                "{\"version\":1,\"store\":\"s\",\"lsn\":7,\"wal\":true,\"trees\":[\n{\"name\":\"a\",\"lsn\":-1}\n]",
                "{\"version\":1,\"store\":\"s\",\"lsn\":7,\"wal\":true,\"trees\":[\n{\"name\":\"\",\"lsn\":1}\n]",
                "{\"version\":1,\"store\":\"s\",\"lsn\":7,\"wal\":true,\"trees\":[\n{\"name\":\"a\",\"lsn\":1},\n"
                        + "{\"name\":\"a\",\"lsn\":1}\n]",
                "{\"version\":1,\"store\":\"s\",\"lsn\":7,\"wal\":true,\"trees\":[\n{\"name\":\"\\ud800\",\"lsn\":1}\n]",
                "{\"version\":1,\"store\":\"s\",\"lsn\":7,\"wal\":true,\"trees\":[\n"
                        + "{\"name\":\"a\",\"lsn\":1,\"file\":\"../1_a.tree\",\"bytes\":1,\"crc\":\"00000000\"}\n]",
                "{\"version\":1,\"store\":\"s\",\"lsn\":7,\"wal\":true,\"trees\":[\n"
                        + "{\"name\":\"a\",\"lsn\":1,\"file\":\"1_a.tree\",\"bytes\":1}\n]",
                "{\"version\":1,\"store\":\"s\",\"lsn\":7,\"wal\":true,\"trees\":[\n"
                        + "{\"name\":\"a\",\"lsn\":1,\"file\":\"1_a.tree\",\"bytes\":1,\"crc\":\"0000000G\"}\n]",
                "{\"version\":1,\"store\":\"s\",\"lsn\":7,\"wal\":true,\"trees\":[\n"
                        + "{\"name\":\"a\",\"lsn\":1,\"file\":\"1_a.tree\",\"bytes\":1,\"crc\":\"0000000A\"}\n]",
                "{\"version\":1,\"store\":\"s\",\"lsn\":7,\"wal\":true,\"trees\":[],"
                        + "\"older_wal\":{\"lines\":1,\"bytes\":1,\"crc\":\"00000000\",\"day\":20260230}",
                "{\"version\":1,\"store\":\"s\",\"lsn\":7,\"wal\":true,\"trees\":[],"
                        + "\"older_wal\":{\"lines\":1,\"bytes\":1,\"crc\":\"00000000\",\"day\":4315207397}"
            })
    void whatWeDoNotWriteIsRefusedEvenIfItsChecksumFits(String body) throws IOException {
        assertRefused(withCrc(body), body);
    }

    @Test
    void laterVersionIsRefusedWithWhatIsUnderstood() throws IOException {
        put(withCrc("{\"version\":2,\"anything\":[[[1]]]"));
        assertThatThrownBy(() -> manifest().read())
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("version=2")
                .hasMessageContaining("understood=1");
    }

    @Test
    void manifestThatCannotBeReadIsAnErrorOfTheFileSystem() throws IOException {
        Files.createDirectory(directory.resolve("karma.manifest"));
        assertThatThrownBy(() -> manifest().read())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("karma.manifest");
    }

    @Test
    void failureOfAnyStepLeavesTheEarlierOrTheNewOne() throws IOException {
        Manifest next = new Manifest(STORE, 8, true, SMALL.trees(), null);
        FailingDisk disk = new FailingDisk();
        ManifestFile file = new ManifestFile(disk, directory);
        disk.failAt(0);
        file.replace(SMALL);
        int steps = disk.changes();
        List<Manifest> after = new ArrayList<>();
        for (int step = 1; step <= steps; step++) {
            disk.failAt(0);
            file.replace(SMALL);
            disk.failAt(step);
            assertThatThrownBy(() -> file.replace(next)).as("step=" + step).isInstanceOf(StorageException.class);
            after.add(file.read().orElseThrow());
            assertThat(directory.resolve("karma.manifest.tmp")).doesNotExist();
        }
        assertThat(after.subList(0, steps - 1)).containsOnly(SMALL);
        assertThat(after.get(steps - 1)).isEqualTo(next); // renamed, but the directory was not forced
    }

    @Test
    void leftoverIsSwept() throws IOException {
        assertThat(manifest().sweep()).isFalse();
        Files.writeString(directory.resolve("karma.manifest.tmp"), "{");
        assertThat(manifest().sweep()).isTrue();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void leftoverDoesNotGetInTheWay() throws IOException {
        Files.writeString(directory.resolve("karma.manifest.tmp"), "x".repeat(10_000));
        manifest().replace(SMALL);
        assertThat(manifest().read()).contains(SMALL);
    }

    @Test
    void valuesThatNoManifestHasAreRefused() {
        ManifestTree tree = new ManifestTree("a", 1, null);
        assertThatIllegalArgumentException().isThrownBy(() -> new Manifest("s", -1, true, List.of(), null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Manifest("a b", 1, true, List.of(), null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Manifest("s", 1, true, List.of(), null, -2, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new Manifest("s", 1, true, List.of(tree, tree), null));
        assertThatIllegalArgumentException().isThrownBy(() -> new ManifestTree("\ud800", 1, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new SnapshotFile("links.tree", 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new SnapshotFile("1_links.tree", -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new ManifestOlderLog(1, 1, 0, 20260230));
    }
}
