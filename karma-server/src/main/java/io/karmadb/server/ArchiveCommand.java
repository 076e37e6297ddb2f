package io.karmadb.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.karmadb.client.Days;
import io.karmadb.client.KarmaClient;
import io.karmadb.client.KarmaClientException;
import io.karmadb.server.terminal.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code karma archive}: has a JVM write the classes of a server that has served, as it holds them in memory, to a file from
 * which later ones map them instead of reading and verifying them (class data sharing, JEP 350).
 */
final class ArchiveCommand {
    private static final int STATUS_OK = 0;
    private static final int STATUS_FAILED = 1;

    private static final String USAGE = """
            Usage: karma archive FILE
            Writes the classes of the server to a file, as Java holds them in memory, so that the server
            starts in less time with

              java -XX:SharedArchiveFile=FILE -Xlog:cds=off,cds+dynamic=off -jar karma-server.jar [OPTION]...

            It is good for this jar, called by the same name, and for this Java; with others, or without the
            file, that starts as ever. After an update of either, write it again. For that a server runs for
            a moment, on a free port of the loopback address and in a directory for temporary files.

            Exit status: 0 if it is written, 1 if not, 2 for a wrong argument.
            """;

    private final String jar;
    private final PrintStream err;

    private ArchiveCommand(String jar, PrintStream err) {
        this.jar = jar;
        this.err = err;
    }

    /** Runs the command. */
    static int run(String[] arguments, PrintStream out, PrintStream err, boolean terminal) {
        if (arguments.length == 1 && (arguments[0].equals("--help") || arguments[0].equals("-h"))) {
            out.print(USAGE);
            return STATUS_OK;
        }
        if (arguments.length != 1 || arguments[0].isEmpty() || arguments[0].startsWith("-")) {
            err.print("karma archive: expected the name of a file\n" + USAGE);
            return Main.STATUS_USAGE;
        }
        String jar = System.getProperty("java.class.path");
        if (!jar.endsWith(".jar")) {
            err.println("karma archive: works only if Java runs the server's jar (java -jar karma-server.jar)");
            return STATUS_FAILED;
        }
        try {
            return new ArchiveCommand(jar, err).write(Path.of(arguments[0]).toAbsolutePath());
        } catch (InvalidPathException | IOException e) {
            err.println("karma archive: " + Printable.of(e.toString()));
            return STATUS_FAILED;
        }
    }

    private int write(Path archive) throws IOException {
        Path parent = archive.getParent();
        if (parent == null || !Files.isDirectory(parent) || !Files.isWritable(parent)) {
            err.println(
                    "karma archive: no file can be written to the directory " + Printable.of(String.valueOf(parent)));
            return STATUS_FAILED;
        }
        Path scratch = Files.createTempDirectory("karma-archive");
        try {
            Path written = archive.resolveSibling(
                    archive.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
            try {
                String failure = rehearse(written, scratch.resolve("data"));
                if (failure != null) {
                    err.println("karma archive: " + Printable.of(failure));
                    return STATUS_FAILED;
                }
                Files.move(written, archive, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
                return STATUS_OK;
            } finally {
                Files.deleteIfExists(written);
            }
        } finally {
            delete(scratch);
        }
    }

    /** Runs a server that writes an archive at its end. Returns what went wrong, or null. */
    private String rehearse(Path archive, Path directory) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:ArchiveClassesAtExit=" + archive,
                        "-jar",
                        jar,
                        "--bind=127.0.0.1",
                        "--port=0",
                        "--directory=" + directory)
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("KARMA_"));
        Process server = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::destroyForcibly));
        try (BufferedReader output = server.inputReader()) {
            String last = "";
            int port = 0;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                last = line;
                if (port == 0) {
                    port = portOfServing(line);
                    if (port != 0) {
                        ask(port);
                        server.toHandle().destroy(); // SIGTERM; Process.destroy() would close its output, too
                    }
                }
            }
            int status = server.waitFor();
            if (port == 0 || status != STATUS_OK || !Files.exists(archive)) {
                return "the server that was to write it has not: status=" + status + ", its last line: " + last;
            }
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        } catch (KarmaClientException e) {
            return "the server that was to write it did not answer: " + e.getMessage();
        } finally {
            server.destroyForcibly().onExit().join(); // before its directory is deleted
        }
    }

    /** Returns the port that a log line tells that says that the server serves, 0 if it is another line. */
    private static int portOfServing(String line) throws IOException {
        if (!line.startsWith("{")) {
            return 0; // what the JVM itself has to say
        }
        boolean serving = false;
        int port = 0;
        try (JsonParser parser = new JsonFactory().createParser(line)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_STRING && "event".equals(parser.currentName())) {
                    serving = parser.getText().equals("server.start");
                } else if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && "port".equals(parser.currentName())) {
                    port = parser.getIntValue();
                }
            }
        }
        return serving ? port : 0;
    }

    private static void ask(int port) {
        try (KarmaClient client =
                KarmaClient.builder().host("127.0.0.1").port(port).build()) {
            client.ping();
            client.increment("rehearsal", 1);
            client.sum("rehearsal", 1);
            client.find("rehearsal", 1, Days.ALL);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        }
    }
}
