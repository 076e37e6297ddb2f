package io.karmadb.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CorruptionException;
import io.karmadb.KarmaException;
import io.karmadb.RestoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("exhaustive")
class LogReaderDamageTest {
    @TempDir
    private Path directory;

    /** Where the lines of some bytes end, ascending, with line end. */
    private static List<Integer> ends(byte[] bytes) {
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                ends.add(i + 1);
            }
        }
        return ends;
    }

    @Test
    void everyCutOfALogThatWasNeverForcedGivesItsPrefix() throws IOException {
        byte[] log = Logs.lines(1, 6);
        List<Integer> ends = ends(log);
        for (int cut = 0; cut <= log.length; cut++) {
            Logs.put(directory, "karma.wal", Arrays.copyOf(log, cut));
            int at = cut;
            // the line feed alone may be missing
            long whole = ends.stream().filter(end -> end - 1 <= at).count();
            int good = whole == 0 ? 0 : Math.min(ends.get((int) whole - 1), cut);

            Logs.Content content = Logs.read(directory);

            assertThat(content.lsns()).as("cut at %s", cut).isEqualTo(Logs.range(1, whole));
            assertThat(content.end().bytes()).isEqualTo(good);
            assertThat(content.end().torn())
                    .isEqualTo(good == cut ? null : new TornTail("karma.wal", good, cut - good, whole + 1));
        }
    }

    @Test
    void everyCutBelowWhatTheManifestKnowsIsRefused() throws IOException {
        byte[] log = Logs.lines(1, 6);
        int endOfFourth = ends(log).get(3);
        for (int cut = 0; cut <= log.length; cut++) {
            Logs.put(directory, "karma.wal", Arrays.copyOf(log, cut));
            if (cut >= endOfFourth - 1) {
                assertThat(Logs.read(directory, 0, 4).end().lastLsn()).isGreaterThanOrEqualTo(4);
            } else {
                assertThatThrownBy(() -> Logs.read(directory, 0, 4))
                        .as("cut at %s", cut)
                        .isInstanceOf(CorruptionException.class)
                        .hasMessageContaining("LSN 4");
            }
        }
    }

    @Test
    void aTornTailBelowWhatALaterLineSaysWasForcedIsCorrupt() throws IOException {
        // Line 4 says that 3 had been forced, so 3 cannot be unfinished, but 4 can.
        byte[] before = Logs.lines(1, 2);
        byte[] third = Logs.line(3, 0);
        byte[] fourth = Logs.line(4, 3);
        byte[] fifth = Logs.line(5, 0);
        Logs.put(directory, "karma.wal", before, new byte[700], third, fourth, fifth);
        assertThatThrownBy(() -> Logs.read(directory))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("forced up to LSN 3");
        Logs.put(directory, "karma.wal", before, third, new byte[700], fourth, fifth);
        assertThat(Logs.read(directory).end().torn().lsn()).isEqualTo(4);
        Logs.put(directory, "karma.wal", before, new byte[700], Logs.line(3, 2), Logs.line(4, 0));
        assertThat(Logs.read(directory).end().torn().lsn()).isEqualTo(3);
    }

    @Test
    void aLogThatWasForcedIsNeverCutBelow() throws IOException {
        Logs.write(directory, 6); // each line forced before the next: line n says that n - 1 was
        byte[] log = Logs.bytes(directory, "karma.wal");
        List<Integer> ends = ends(log);
        for (int blockStart = 0; blockStart < log.length; blockStart++) {
            byte[] damaged = log.clone();
            Arrays.fill(damaged, blockStart, Math.min(blockStart + 40, log.length), (byte) 0);
            Logs.put(directory, "karma.wal", damaged);
            int start = blockStart;
            long untouched = ends.stream().filter(end -> end - 1 <= start).count();
            if (blockStart >= ends.get(4)) {
                // Line 6 was forced, but nothing in the file says so: it may be cut off, but nothing before it.
                try {
                    assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 5));
                } catch (CorruptionException e) {
                    assertThat(e.offset()).isEqualTo(ends.get(4).longValue());
                }
            } else if (blockStart + 40 <= ends.get(4)) {
                assertThatThrownBy(() -> Logs.read(directory))
                        .as("zeros from %s", blockStart)
                        .isInstanceOf(CorruptionException.class);
            }
        }
    }

    @Test
    void noFlippedBitGivesAWrongLine() throws IOException {
        Logs.write(directory, 5);
        byte[] log = Logs.bytes(directory, "karma.wal");
        int endOfFourth = ends(log).get(3);
        int refused = 0;
        for (int bit = 0; bit < log.length * 8; bit++) {
            byte[] damaged = log.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Logs.put(directory, "karma.wal", damaged);
            try {
                Logs.Content content = Logs.read(directory); // checks each body against its LSN
                // The last line alone can pass for unfinished: its line feed has become something else.
                assertThat(content.lsns()).as("bit %s", bit).isEqualTo(Logs.range(1, 4));
                assertThat(content.end().torn()).isNotNull();
                assertThat(bit / 8).isGreaterThanOrEqualTo(log.length - 1);
            } catch (CorruptionException e) {
                refused++;
                assertThat(e).hasMessageContaining("expected=").hasMessageContaining("found=");
                assertThat(e.file().getFileName()).hasToString("karma.wal");
                assertThat(e.offset()).isBetween(0L, (long) log.length);
                if (bit / 8 < endOfFourth - 1) {
                    assertThat(e.offset()).isLessThanOrEqualTo(bit / 8);
                }
            }
        }
        assertThat(refused).isEqualTo(log.length * 8 - 8);
    }

    @Test
    void zerosWithinALineUpToTheEndOfABlockOrOfTheFileAreATornTail() throws IOException {
        byte[] good = Logs.lines(1, 9);
        byte[] next = Logs.lines(10, 1);
        for (int kept = 0; kept <= next.length; kept++) {
            for (int zeros : new int[] {1, 511, 512, 513, 5000}) {
                Logs.put(directory, "karma.wal", good, Arrays.copyOf(next, kept), new byte[zeros]);
                LogEnd end = Logs.read(directory).end();
                boolean whole = kept == 0 || kept == next.length;
                assertThat(end.torn()).isEqualTo(whole ? null : new TornTail("karma.wal", good.length, kept, 10));
                assertThat(end.reserveOffset()).isEqualTo(whole ? good.length + kept : -1);
            }
        }
        // A block in the middle that never reached the device, and lines behind it that did.
        byte[] lines = Logs.lines(1, 20);
        Arrays.fill(lines, 512, 1024, (byte) 0);
        Logs.put(directory, "karma.wal", lines);
        TornTail torn = Logs.read(directory).end().torn();
        assertThat(torn.offset()).isLessThanOrEqualTo(512);
        assertThat(torn.offset() + torn.length()).isEqualTo(lines.length);
    }

    @Test
    void zerosThatEndWithinABlockAreCorrupt() throws IOException {
        byte[] lines = Logs.lines(1, 20);
        Arrays.fill(lines, 520, 530, (byte) 0);
        Logs.put(directory, "karma.wal", lines);
        assertThatThrownBy(() -> Logs.read(directory)).isInstanceOf(CorruptionException.class);
    }

    @Test
    void veryLongZerosAreAReserveUnlessForcedLinesFollow() throws IOException {
        Logs.put(directory, "karma.wal", Logs.lines(1, 3), new byte[LineFormat.LINE_BYTES_MAX + 12345]);
        assertThat(Logs.read(directory).end().torn()).isNull();
        assertThat(Logs.read(directory).end().reserveOffset()).isEqualTo(Logs.lines(1, 3).length);
        Logs.put(
                directory,
                "karma.wal",
                Logs.lines(1, 3),
                new byte[LineFormat.LINE_BYTES_MAX + 12345],
                Logs.line(4, 0),
                Logs.line(5, 4));
        assertThatThrownBy(() -> Logs.read(directory)).hasMessageContaining("forced up to LSN 4");
    }

    @Test
    void linesThatDoNotFollowAreCorrupt() throws IOException {
        byte[][][] logs = {
            {Logs.lines(1, 2), Logs.lines(4, 1)}, // a gap
            {Logs.lines(1, 2), Logs.lines(2, 2)}, // twice
            {Logs.lines(1, 1), Logs.lines(3, 1), Logs.lines(2, 1)}, // swapped
            {Logs.lines(1, 1), Logs.utf8("\n"), Logs.lines(2, 1)}, // a blank line
            {Logs.lines(1, 2), Logs.utf8("\n")},
            {Logs.lines(1, 1), Logs.utf8("{\"lsn\":2,\"command\":\"x\"}\n")}, // only one of the two
            {Logs.lines(1, 1), Logs.utf8("{\"command\":\"x\",\"crc\":\"00000000\"}\n")},
            {Logs.lines(1, 1), Logs.utf8("{\"command\":\"x\",\"crc\":\"00000000\"}")},
            {Logs.lines(2, 1)} // the start is missing
        };
        for (byte[][] parts : logs) {
            Logs.put(directory, "karma.wal", parts);
            assertThatThrownBy(() -> Logs.read(directory))
                    .as(new String(Logs.concat(parts)))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("line ");
        }
        // Whole and with its CRC, but out of place: not what a crash leaves, though the line end is missing.
        byte[] gap = Logs.lines(4, 1);
        Logs.put(directory, "karma.wal", Logs.lines(1, 2), Arrays.copyOf(gap, gap.length - 1));
        assertThatThrownBy(() -> Logs.read(directory)).hasMessageContaining("expected=line 3: LSN 3");
    }

    @Test
    void gluedLinesAreCorrupt() throws IOException {
        byte[] unended = Arrays.copyOf(Logs.lines(1, 1), Logs.lines(1, 1).length - 1);
        Logs.put(directory, "karma.wal", unended, Logs.lines(2, 2));
        assertThatThrownBy(() -> Logs.read(directory))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("line 1: LSN 1");
    }

    @Test
    void segmentsTolerateNothing() throws IOException {
        byte[] first = Logs.lines(1, 3);
        for (int cut = 0; cut < first.length; cut++) {
            Logs.put(directory, "karma.wal.1.segment", Arrays.copyOf(first, cut));
            Logs.put(directory, "karma.wal", Logs.lines(4, 1));
            if (cut == first.length - 1) {
                assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 4));
            } else {
                assertThatThrownBy(() -> Logs.read(directory))
                        .as("cut at %s", cut)
                        .isInstanceOf(CorruptionException.class);
            }
        }
        Logs.put(directory, "karma.wal.1.segment", first, new byte[512]);
        assertThatThrownBy(() -> Logs.read(directory)).isInstanceOf(CorruptionException.class);
    }

    @Test
    void swappedMissingAndRenamedFilesAreFound() throws IOException {
        Path a = directory.resolve("karma.wal.1.segment");
        Path b = directory.resolve("karma.wal.4.segment");
        Logs.put(directory, "karma.wal.1.segment", Logs.lines(4, 3));
        Logs.put(directory, "karma.wal.4.segment", Logs.lines(1, 3));
        Logs.put(directory, "karma.wal", Logs.lines(7, 2));
        assertThatThrownBy(() -> Logs.read(directory)).isInstanceOf(CorruptionException.class);
        Logs.put(directory, "karma.wal.1.segment", Logs.lines(1, 3));
        Logs.put(directory, "karma.wal.4.segment", Logs.lines(4, 3));
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 8));

        Files.delete(b);
        assertThatThrownBy(() -> Logs.read(directory))
                .hasMessageContaining("file=" + directory.resolve("karma.wal"))
                .hasMessageContaining("expected=line 1: LSN 4, or karma.wal.4.segment before this file, found=LSN 7");
        Files.delete(a);
        assertThatThrownBy(() -> Logs.read(directory))
                .hasMessageContaining(
                        "expected=line 1: LSN 1, or a segment before this file that holds it, found=LSN 7");
        Files.delete(directory.resolve("karma.wal"));
        assertThatThrownBy(() -> Logs.read(directory, 3, 8))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("reaches LSN 8");
    }

    @Test
    void filesWhollyBelowAreIgnoredWhateverIsInThem() throws IOException {
        Logs.put(directory, "karma.wal.1.segment", Logs.utf8("rubbish"));
        Logs.put(directory, "karma.wal.7.segment", Logs.lines(7, 4));
        Logs.put(directory, "karma.wal.11.segment", Logs.lines(11, 4));
        Logs.put(directory, "karma.wal", Logs.lines(15, 2));
        assertThat(Logs.read(directory, 8, 14).lsns()).isEqualTo(Logs.range(9, 16));
        assertThat(Logs.read(directory, 10, 14).lsns()).isEqualTo(Logs.range(11, 16));
        assertThat(Logs.read(directory, 15, 15).lsns()).isEqualTo(Logs.range(16, 16));
        assertThat(Logs.read(directory, 16, 16).lsns()).isEmpty();
        assertThat(Logs.read(directory, 16, 16).end().currentFirstLsn()).isEqualTo(15);
        assertThatThrownBy(() -> Logs.read(directory, 17, 17)).isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> Logs.read(directory, 5, 14)).isInstanceOf(CorruptionException.class);
    }

    @Test
    void anEmptyLogEndsWhereTheManifestSays() throws IOException {
        for (boolean current : new boolean[] {false, true}) {
            if (current) {
                Logs.put(directory, "karma.wal");
            }
            LogEnd end = Logs.read(directory, 100, 100).end();
            assertThat(end.lastLsn()).isEqualTo(100);
            assertThat(end.currentFirstLsn()).isEqualTo(101);
            assertThatThrownBy(() -> Logs.read(directory, 99, 100)).isInstanceOf(CorruptionException.class);
        }
        // A deletion that was lost in a crash, of a segment older than one that is gone.
        Logs.put(directory, "karma.wal.1.segment", Logs.lines(1, 50));
        LogEnd end = Logs.read(directory, 100, 100).end();
        assertThat(end.lastLsn()).isEqualTo(100);
        assertThat(end.currentFirstLsn()).isEqualTo(101);
    }

    @Test
    void aTornFirstLineIsOnlyCutIfItCanBeNew() throws IOException {
        byte[] line = Logs.lines(101, 1);
        Logs.put(directory, "karma.wal", Arrays.copyOf(line, 30));
        assertThat(Logs.read(directory, 100, 100).end().torn()).isEqualTo(new TornTail("karma.wal", 0, 30, 101));
        assertThatThrownBy(() -> Logs.read(directory, 100, 101)).isInstanceOf(CorruptionException.class);

        byte[] earlier = Logs.lines(90, 11);
        Arrays.fill(earlier, 0, 512, (byte) 0);
        Logs.put(directory, "karma.wal", earlier); // its first line was 90 and forced, as the ones behind it show
        assertThatThrownBy(() -> Logs.read(directory, 100, 100)).isInstanceOf(CorruptionException.class);
        Logs.put(directory, "karma.wal", Arrays.copyOf(Logs.lines(90, 1), 30));
        assertThatThrownBy(() -> Logs.read(directory, 100, 100)).isInstanceOf(CorruptionException.class);
    }

    @Test
    void whatLiesBehindTheLsnAskedForIsNotLookedAt() throws IOException {
        Logs.put(directory, "karma.wal.1.segment", Logs.lines(1, 3));
        Logs.put(directory, "karma.wal", Logs.lines(4, 3), Logs.utf8("being written"));
        for (long upTo = 1; upTo <= 6; upTo++) {
            List<Long> lsns = new ArrayList<>();
            LogEnd end = LogReader.read(Logs.DISK, directory, 0, 0, upTo, null, false, line -> lsns.add(line.lsn()));
            assertThat(lsns).isEqualTo(Logs.range(1, upTo));
            assertThat(end.lastLsn()).isEqualTo(upTo);
            assertThat(end.torn()).isNull();
        }
        assertThatThrownBy(() -> LogReader.read(Logs.DISK, directory, 0, 0, 7, null, false, line -> {}))
                .isInstanceOf(CorruptionException.class);
        assertThat(LogReader.read(Logs.DISK, directory, 6, 6, 6, null, false, line -> {})
                        .lastLsn())
                .isEqualTo(6);
    }

    @Test
    void aLineOfAnOlderServerInOurLogIsRefusedWithWhatToDo() throws IOException {
        for (byte[] ours : new byte[][] {new byte[0], Logs.lines(1, 2)}) {
            for (String end : new String[] {"\n", ""}) {
                byte[] theirs = Logs.utf8("{\"command\":\"increment\",\"tree_name\":\"links\",\"key\":1}" + end);
                Logs.put(directory, "karma.wal", ours, theirs);
                assertThatThrownBy(() -> Logs.read(directory))
                        .isInstanceOf(RestoreException.class)
                        .hasMessageContaining(ours.length == 0 ? "Remove karma.manifest" : "Keep karma.manifest");
            }
        }
    }

    @Test
    void strayFilesDoNotMatter() throws IOException {
        Logs.put(directory, "karma.wal", Logs.lines(1, 2));
        for (String name : new String[] {
            "karma.wal.0.segment",
            "karma.wal.01.segment",
            "karma.wal.segment",
            "karma.wal..segment",
            "karma.wal.99999999999999999999.segment",
            "karma.wal.9999999999999999999.segment",
            "karma.wal.5.torn",
            "karma.wal.-5.segment",
            "karma.wal.5.segment.bak",
            "karma.wal.tmp",
            "KARMA.WAL",
            "karma.wal.5 .segment"
        }) {
            Logs.put(directory, name, Logs.utf8("stray"));
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 2));
        Files.createDirectory(directory.resolve("karma.wal.3.segment"));
        assertThatThrownBy(() -> Logs.read(directory))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("karma.wal.3.segment");
    }

    @Test
    void whatTheHandlerThrowsPassesThroughAndNamesTheLine() throws IOException {
        Logs.put(directory, "karma.wal", Logs.lines(1, 5));
        assertThatThrownBy(() -> LogReader.read(Logs.DISK, directory, 0, 0, Long.MAX_VALUE, null, false, line -> {
                    if (line.lsn() == 3) {
                        throw line.corrupt("sense", "none");
                    }
                }))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("line 3: sense")
                .hasMessageContaining("found=none");
    }

    @Test
    void readingChangesNothing() throws IOException {
        Logs.put(directory, "karma.wal.1.segment", Logs.lines(1, 3));
        Logs.put(directory, "karma.wal", Logs.lines(4, 3), Logs.utf8("{\"lsn\":7,"));
        Logs.put(directory, "karma.wal.tmp");
        List<String> before = Logs.DISK.list(directory);
        Logs.read(directory);
        assertThat(Logs.DISK.list(directory)).containsExactlyInAnyOrderElementsOf(before);
        assertThat(Logs.bytes(directory, "karma.wal")).endsWith(Logs.utf8("{\"lsn\":7,"));
    }

    @Test
    void errorsShowStrangeBytesReadably() throws IOException {
        Logs.put(directory, "karma.wal", Logs.lines(1, 1), Logs.utf8("a\u0007é\n"), Logs.lines(2, 1));
        assertThatThrownBy(() -> Logs.read(directory))
                .isInstanceOf(KarmaException.class)
                .hasMessageContaining("\"a\\x07\\xc3\\xa9\" of 4 bytes");
    }
}
