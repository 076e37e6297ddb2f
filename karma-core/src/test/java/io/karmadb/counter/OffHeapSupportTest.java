package io.karmadb.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@link OffHeapProbe} in JVMs of its own. */
class OffHeapSupportTest {
    private static final String OPEN_LANG = "--add-opens java.base/java.lang=ALL-UNNAMED";
    private static final String OPEN_REFLECT = "--add-opens java.base/java.lang.reflect=ALL-UNNAMED";
    private static final String SUM =
            "turn of the day: [DONE, DONE, WOULD_WAIT, WOULD_WAIT, DONE, DONE]\nsum: " + 30L * 4_999 * 5_000 / 2;

    /** Of the jars that Chronicle Map asks for, those that a map in memory does without. */
    private static final List<String> EXCLUDED = List.of(
            "net.openhft.chronicle.analytics.Analytics",
            "net.openhft.chronicle.threads.Threads",
            "net.openhft.affinity.Affinity",
            "net.openhft.posix.PosixAPI",
            "com.sun.jna.Native",
            "jnr.ffi.LibraryLoader");

    @TempDir
    private Path directory;

    @Test
    void itWorksWithTheFlagsThatTheTestsRunWith() {
        assertThatCode(OffHeapSupport::require).doesNotThrowAnyException();
        OffHeapSupport.start();
        OffHeapSupport.start();
        assertThat(OffHeapSupport.isStarted()).isTrue();
    }

    @Test
    void missingFlagsAreNamedTogetherWithTheAlternative() throws Exception {
        assertThat(run(List.of()))
                .isEqualTo("refused: history outside the heap needs JVM flags that are missing: add " + OPEN_LANG + " "
                        + OPEN_REFLECT + " to the java command, or use HistoryKind.ON_HEAP");
        assertThat(run(flags(OPEN_LANG)))
                .contains("add " + OPEN_REFLECT + " to the java")
                .doesNotContain(OPEN_LANG);
        assertThat(run(flags(OPEN_REFLECT)))
                .contains("add " + OPEN_LANG + " to the java")
                .doesNotContain(OPEN_REFLECT);
    }

    @Test
    void noChronicleClassIsLoadedToFindThatFlagsAreMissing() throws Exception {
        assertThat(run(List.of("-verbose:class")))
                .contains("io.karmadb.counter.OffHeapSupport")
                .doesNotContain("net.openhft");
    }

    /** The jars in one folder, where each finds in its manifest which others to look for. */
    @Test
    void itWorksWithoutTheExcludedJarsAndPrintsNothing() throws Exception {
        Path libraries = Files.createDirectory(directory.resolve("lib"));
        List<String> classPath = new ArrayList<>();
        for (String entry : classPath()) {
            Path path = Path.of(entry);
            classPath.add(
                    Files.isDirectory(path)
                            ? entry
                            : Files.copy(path, libraries.resolve(path.getFileName()))
                                    .toString());
        }
        assertThat(run(classPath, flags(OPEN_LANG, OPEN_REFLECT))).isEqualTo(SUM);
    }

    /** Neither is there anything to compile, nor anything to compile it with. */
    @Test
    void itWorksInARuntimeWithoutACompiler() throws Exception {
        List<String> flags = flags(OPEN_LANG, OPEN_REFLECT);
        flags.add("--limit-modules");
        flags.add("java.compiler,java.management,java.naming,jdk.unsupported");
        assertThat(run(flags)).isEqualTo(SUM);
    }

    @Test
    void theClassPathHasNoExcludedJar() {
        assertThat(testClassPath())
                .anyMatch(entry -> entry.contains("chronicle-map-"))
                .noneMatch(entry -> new File(entry)
                        .getName()
                        .matches("(chronicle-(analytics|threads)|affinity|posix|jna|jna-platform|jnr-.*|jffi)-.*"));
    }

    private String run(List<String> flags) throws IOException, InterruptedException {
        return run(classPath(), flags);
    }

    /** What a JVM of its own has printed to both of its streams, but for what JDK 24 and later say about Unsafe. */
    private String run(List<String> classPath, List<String> flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-ea");
        command.add("-Xmx256m");
        command.add("-classpath");
        command.add(String.join(File.pathSeparator, classPath));
        command.add(OffHeapProbe.class.getName());
        command.addAll(EXCLUDED);
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("it has ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(output);
        assertThat(process.exitValue()).as(text).isZero();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).isSubsetOf("lib", "output");
        }
        return text.lines()
                .filter(line -> !line.matches("WARNING: .*(sun\\.misc\\.Unsafe|net\\.openhft\\..*UnsafeMemory).*"))
                .collect(Collectors.joining("\n"));
    }

    private static List<String> flags(String... flags) {
        return Arrays.stream(flags)
                .flatMap(flag -> Arrays.stream(flag.split(" ")))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** What Karma needs at run time, without the tests' libraries. */
    private static List<String> classPath() {
        return testClassPath().stream()
                .filter(entry -> new File(entry).isDirectory()
                        || entry.matches(".*[/\\\\](net[/\\\\]openhft|com[/\\\\]squareup|org[/\\\\]slf4j)[/\\\\].*"))
                .toList();
    }

    private static List<String> testClassPath() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return List.of(classPath.split(File.pathSeparator));
    }
}
