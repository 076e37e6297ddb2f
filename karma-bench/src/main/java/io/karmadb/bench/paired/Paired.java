package io.karmadb.bench.paired;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Prints the table of targets with what was measured, a JVM for each row.
 *
 * <p>{@code java -cp karma-bench.jar io.karmadb.bench.paired.Paired [ROW...]}
 */
public final class Paired {
    private static final String ONE = "--one";

    private Paired() {}

    /**
     * Measures.
     *
     * @param args names of rows; none for all
     * @throws Exception if a measurement fails
     */
    public static void main(String[] args) throws Exception {
        if (args.length == 2 && args[0].equals(Restores.OPEN)) {
            Restores.openOnce(Path.of(args[1]));
        } else if (args.length == 2 && args[0].equals(ONE)) {
            System.out.println(Row.valueOf(args[1]).line());
        } else if (args.length == 1 && args[0].equals("--list")) {
            Arrays.stream(Row.values()).forEach(System.out::println);
        } else {
            printTable(args.length == 0 ? List.of(Row.values()) : rows(args));
        }
    }

    private static List<Row> rows(String[] names) {
        return Arrays.stream(names).map(Row::valueOf).toList();
    }

    private static void printTable(List<Row> rows) throws IOException, InterruptedException {
        List<String> table = new ArrayList<>();
        for (Row row : rows) {
            String output = fork(ONE, row.name());
            System.out.print(output);
            table.add(output.strip().lines().reduce((former, latter) -> latter).orElseThrow());
        }
        System.out.println();
        table.forEach(System.out::println);
    }

    /**
     * Runs this class in a JVM of its own with this one's options and returns what it printed. A collection gives the heap
     * that it does not need back to the system, so that resident memory is what is held, and not what was once used.
     */
    static String fork(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
                "--add-opens=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
                "-XX:MinHeapFreeRatio=5",
                "-XX:MaxHeapFreeRatio=10",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(1, ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add(Paired.class.getName());
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(
                    "a measurement failed: status=" + status + ", args=" + Arrays.toString(args) + "\n" + output);
        }
        return output;
    }
}
