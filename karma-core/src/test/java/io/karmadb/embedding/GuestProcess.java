package io.karmadb.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A program of this package in a JVM that has nothing on its class path but Karma and what it needs at run time. */
final class GuestProcess implements AutoCloseable {
    static final List<String> OPENS = List.of(System.getProperty("karma.opens").split(" "));

    private static final String RUNTIME_CLASS_PATH = "karma.runtime.classpath"; // set by the build

    private final Process process;
    private final Path output;

    private GuestProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static GuestProcess start(Path scratch, Path java, List<String> flags, Class<?> program, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(java.resolve("bin/java").toString()));
        command.addAll(flags);
        command.addAll(List.of("-classpath", classPath(scratch, program), program.getName()));
        command.addAll(List.of(arguments));
        Path output = scratch.resolve("output");
        return new GuestProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start(),
                output);
    }

    static Path javaOfThisBuild() {
        return Path.of(System.getProperty("java.home"));
    }

    /** The program alone from among the tests, then Karma and what it declares. */
    private static String classPath(Path scratch, Class<?> program) throws IOException {
        Path classes = scratch.resolve("classes");
        Path folder = Path.of(program.getPackageName().replace('.', '/'));
        Files.createDirectories(classes.resolve(folder));
        for (Class<?> needed : List.of(program, GuestReport.class)) {
            Path file = folder.resolve(needed.getSimpleName() + ".class");
            Files.copy(Path.of("target/test-classes").resolve(file), classes.resolve(file));
        }
        String libraries = System.getProperty(RUNTIME_CLASS_PATH);
        assertThat(libraries).as(RUNTIME_CLASS_PATH).isNotBlank();
        return String.join(
                File.pathSeparator,
                classes.toString(),
                Path.of("target/classes").toString(),
                libraries);
    }

    /** Waits until the program has written a file. */
    List<String> report(Path file) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!Files.exists(file) && !process.waitFor(20, TimeUnit.MILLISECONDS)) {
            assertThat(System.nanoTime()).as("time for %s", file).isLessThan(end);
        }
        assertThat(file).as(Files.readString(output)).exists();
        return Files.readAllLines(file);
    }

    /** Ends the program's input, waits for it, and returns what came on both of its streams. */
    String end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("it has ended").isTrue();
        String text = Files.readString(output);
        assertThat(process.exitValue()).as(text).isZero();
        // What JDK 24 and later say about the libraries' use of Unsafe, which nothing but a flag keeps them from.
        return text.lines()
                .filter(line -> !line.matches("WARNING: .*(sun\\.misc\\.Unsafe|net\\.openhft\\..*UnsafeMemory).*"))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
