package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs with the JVM that runs the tests. */
final class JavaProcess {
    private static final int TIMEOUT_SECONDS = 60;

    private JavaProcess() {}

    /** Runs an example to its end, which must be a good one, and returns the lines that it printed. */
    static List<String> run(Path scratch, Class<?> example, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.addAll(List.of(System.getProperty("karma.opens").split(" ")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), example.getName()));
        command.addAll(List.of(args));
        return run(scratch, command);
    }

    /** Runs a JVM with these arguments to its end, which must be a good one, and returns the lines that it printed. */
    static List<String> run(Path scratch, List<String> args) throws IOException, InterruptedException {
        Path out = Files.createTempFile(scratch, "out", ".txt");
        Path err = Files.createTempFile(scratch, "err", ".txt");
        Process process = start(args, out, err);
        try {
            assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .as("ends: java %s", args)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as(() -> "exit status; stderr:\n" + read(err))
                .isZero();
        return Files.readAllLines(out);
    }

    /** Starts a JVM with these arguments, where it prints to, in an environment that sets no option of the server. */
    static Process start(List<String> args, Path out, Path err) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(args);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.directory(out.getParent().toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KARMA_")); // they would be options
        return builder.start();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "unreadable: " + e;
        }
    }
}
