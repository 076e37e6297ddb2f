package io.karmadb.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application gets that puts Karma, and nothing else, on its class path. */
class EmbeddingTest {
    private static final String ON_HEAP = HistoryKind.ON_HEAP.name();
    private static final String OFF_HEAP = HistoryKind.OFF_HEAP.name();

    /** Without one of these there is no connection, and no name is looked up. */
    private static final Pattern NETWORK =
            Pattern.compile(" (java\\.net\\.(Socket|ServerSocket|DatagramSocket|InetAddress|InetSocketAddress)"
                    + "|sun\\.nio\\.ch\\.Net|java\\.net\\.http\\.\\S+|net\\.openhft\\.chronicle\\.analytics\\.\\S+) ");

    /** Chronicle's own, which it starts once in a process, and keeps. */
    private static final String CHRONICLE_THREAD = "background~resource~releaser";

    @TempDir
    Path scratch;

    @Test
    void storesOfBothHistoriesLiveSideBySideAndLeaveNothingBehind() throws Exception {
        Path loaded = scratch.resolve("loaded");
        List<String> flags = new ArrayList<>(GuestProcess.OPENS);
        flags.add("-Xlog:class+load:file=" + loaded);
        try (GuestProcess guest = start(GuestProcess.javaOfThisBuild(), flags, ON_HEAP, OFF_HEAP)) {
            checkReport(guest.report(report()), 4);
            checkDirectoryIsFree(0);
            checkDirectoryIsFree(1);
            assertThat(guest.end()).as("output").isEmpty();
        }
        List<String> classes = Files.readAllLines(loaded);
        assertThat(classes).anyMatch(line -> line.contains(" io.karmadb.KarmaStore "));
        assertThat(classes).filteredOn(line -> NETWORK.matcher(line).find()).isEmpty();
    }

    @Test
    void theHistoryOnTheHeapNeedsNoFlag() throws Exception {
        try (GuestProcess guest = start(GuestProcess.javaOfThisBuild(), List.of(), ON_HEAP)) {
            checkReport(guest.report(report()), 2);
            assertThat(guest.end()).as("output").isEmpty();
        }
    }

    @Test
    void openNamesTheFlagsThatTheHistoryOutsideTheHeapLacks() throws Exception {
        try (GuestProcess guest = GuestProcess.start(
                scratch,
                GuestProcess.javaOfThisBuild(),
                List.of(),
                Refused.class,
                report().toString(),
                directory().toString())) {
            assertThat(guest.report(report()))
                    .containsExactly(
                            "io.karmadb.MissingJvmFlagsException: history outside the heap needs JVM flags that"
                                    + " are missing: add " + String.join(" ", GuestProcess.OPENS)
                                    + " to the java command, or use HistoryKind.ON_HEAP");
            assertThat(guest.end()).as("output").isEmpty();
        }
        assertThat(directory()).as("nothing was made").doesNotExist();
    }

    @Test
    void theHistoryOnTheHeapNeedsTheBaseModuleAlone() throws Exception {
        try (GuestProcess guest = start(runtimeOf("java.base"), List.of(), ON_HEAP)) {
            checkReport(guest.report(report()), 2);
            assertThat(guest.end()).as("output").isEmpty();
        }
    }

    @Test
    void theHistoryOutsideTheHeapNeedsFewModulesAndNoCompiler() throws Exception {
        Path runtime = runtimeOf("java.compiler,java.management,java.naming,jdk.unsupported");
        try (GuestProcess guest = start(runtime, GuestProcess.OPENS, OFF_HEAP)) {
            checkReport(guest.report(report()), 2);
            assertThat(guest.end()).as("output").isEmpty();
        }
    }

    @Test
    void closingGivesBackTheMemoryOutsideTheHeap() throws Exception {
        List<String> flags = new ArrayList<>(GuestProcess.OPENS);
        flags.add("-XX:NativeMemoryTracking=summary");
        try (GuestProcess guest = GuestProcess.start(
                scratch, GuestProcess.javaOfThisBuild(), flags, OffHeapMemory.class, report().toString())) {
            List<Long> kilobytes =
                    guest.report(report()).stream().map(Long::valueOf).toList();
            assertThat(guest.end()).as("output").isEmpty();
            long first = kilobytes.get(0);
            for (int round = 1; round + 1 < kilobytes.size(); round += 2) {
                assertThat(kilobytes.get(round) - first).as("while open").isGreaterThan(OffHeapMemory.KILOBYTES_MIN);
                assertThat(kilobytes.get(round + 1) - first).as("when closed").isLessThan(256);
            }
        }
    }

    private GuestProcess start(Path java, List<String> flags, String... kinds) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of(report().toString(), directory().toString()));
        arguments.addAll(List.of(kinds));
        return GuestProcess.start(scratch, java, flags, Guest.class, arguments.toArray(String[]::new));
    }

    private Path report() {
        return scratch.resolve("report");
    }

    private Path directory() {
        return scratch.resolve("data");
    }

    /** That closing one store after the other left the rest as they were, and in the end nothing. */
    private static void checkReport(List<String> report, int stores) {
        List<String> expected = new ArrayList<>();
        for (int closed = 1; closed <= stores; closed++) {
            StringBuilder sums = new StringBuilder();
            for (int store = closed; store < stores; store++) {
                sums.append(' ').append(Guest.DAYS * (store + 1));
            }
            expected.add("sums: " + sums.toString().strip());
            expected.add("days: " + (stores - closed + 1) / 2); // each zone has two stores
        }
        assertThat(report).hasSize(expected.size() + 4);
        assertThat(names(report.get(0), "threads while open: "))
                .contains("karma-day-clock", "karma-wal-flusher")
                .filteredOn(name -> !name.equals(CHRONICLE_THREAD))
                .allMatch(name -> name.startsWith("karma-") && !name.endsWith("(no daemon)"));
        assertThat(report.subList(1, expected.size() + 1)).isEqualTo(expected);
        assertThat(names(report.get(expected.size() + 1), "threads when closed: "))
                .isSubsetOf("", CHRONICLE_THREAD);
        assertThat(report.subList(expected.size() + 2, report.size()))
                .containsExactly("open files: []", "properties: []");
    }

    private static List<String> names(String line, String prefix) {
        assertThat(line).startsWith(prefix + "[").endsWith("]");
        return List.of(line.substring(prefix.length() + 1, line.length() - 1).split(", "));
    }

    /** The guest lives on: its process does not have to end for another one to open the directory. */
    private void checkDirectoryIsFree(int number) {
        Path store = directory().resolve("store-" + number);
        try (KarmaStore opened =
                KarmaStore.open(KarmaOptions.builder().directory(store).build())) {
            assertThat(opened.tree("links").sum(7)).isEqualTo(Guest.DAYS * (2L * number + 2));
            assertThat(opened.tree("links").keyCount()).isEqualTo(Guest.KEYS + 1L);
        }
    }

    /** A Java runtime that has these modules and no other. */
    private Path runtimeOf(String modules) throws IOException, InterruptedException {
        Path java = GuestProcess.javaOfThisBuild();
        assumeTrue(
                Files.isDirectory(java.resolve("jmods")) || Runtime.version().feature() >= 24,
                "the JDK of this build has nothing that jlink could link");
        Path runtime = scratch.resolve("runtime");
        Path output = scratch.resolve("jlink");
        Process jlink = new ProcessBuilder(
                        java.resolve("bin/jlink").toString(), "--add-modules", modules, "--output", runtime.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(jlink.waitFor(1, TimeUnit.MINUTES)).as("jlink has ended").isTrue();
        } finally {
            jlink.destroyForcibly();
        }
        assertThat(jlink.exitValue()).as(Files.readString(output)).isZero();
        return runtime;
    }
}
