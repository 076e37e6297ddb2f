package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A reader at a shell, who copies the blocks of a document one after the other into one directory. Beside it runs a server,
 * as the documents take for granted. What the reader's machine has is put in the place of what a document names: free
 * ports, directories of the session. A block that serves stays, as in a second terminal, while the next ones ask it.
 */
final class ShellSession implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 120;

    private static final String HOST = ServerProcess.HOST;

    /** The port of the server that is running beside. */
    private static final String DEFAULT_PORT = "8080";

    private static final Pattern PORT = Pattern.compile("\\b(8080|8099|8443|9090)\\b");

    /** A last line that does not end by itself. */
    private static final Pattern SERVES = Pattern.compile("(?m)^bin/karma --directory=data( --\\S+)*( +#.*)?\\n\\z");

    private static final Pattern ENDS_WITH_STATUS_1 = Pattern.compile("^(.*?) +#.*\\bstatus 1$");
    private static final Pattern IN_BACKGROUND = Pattern.compile("^(bin/karma .*--port=(\\d+)) &$");

    /** Also not when a line has failed. */
    private static final String NO_JOB_STAYS = "trap 'for job in $(jobs -p); do kill -9 $job || true; done' EXIT\n";

    /** For machines that have none. Sends its input, and prints one answer. */
    private static final String NETCAT = """
            #!/usr/bin/env bash
            exec 3<>"/dev/tcp/$2/$3"
            cat >&3
            head -n 1 <&3
            """;

    private final Path directory;
    private final ServerProcess server;
    private final Map<String, String> ports = new HashMap<>();
    private Process serving;
    private List<String> servingPorts = List.of();

    ShellSession(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        server = ServerProcess.start(directory, directory.resolve("served"));
        ports.put(DEFAULT_PORT, Integer.toString(server.port()));
        makeStore(directory.resolve("data"));
        makeStore(directory.resolve("backup/karma"));
        Files.createDirectories(directory.resolve("tmp"));
        Path bin = Files.createDirectory(directory.resolve("bin"));
        writeProgram(bin.resolve("karma"), karma());
        if (!isInstalled("nc")) {
            writeProgram(bin.resolve("nc"), NETCAT);
        }
    }

    /** The project's script, which asks the server beside unless told another one. */
    private String karma() {
        return """
                #!/usr/bin/env bash
                case " $* " in
                    *" --port"* | *" --directory="*) ;;
                    " cli "*) set -- cli --port=%1$s "${@:2}" ;;
                esac
                exec '%2$s/bin/karma' "$@"
                """.formatted(server.port(), Readme.directory().toAbsolutePath().normalize());
    }

    private static void writeProgram(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void makeStore(Path store) throws IOException {
        Files.createDirectories(store.getParent());
        try (KarmaStore opened =
                KarmaStore.open(KarmaOptions.builder().directory(store).build())) {
            opened.tree("links").increment(42);
        }
    }

    private boolean isInstalled(String program) throws IOException, InterruptedException {
        return shell("command -v " + program, directory.resolve("installed")).waitFor() == 0;
    }

    /** Runs a block, which must go well line by line, but for lines of which it says that they end with status 1. */
    void run(Snippet snippet) throws IOException, InterruptedException {
        boolean serves = SERVES.matcher(snippet.text()).find();
        List<String> named = PORT.matcher(snippet.text())
                .results()
                .map(port -> port.group(1))
                .filter(port -> !port.equals(DEFAULT_PORT))
                .toList();
        if (serves || named.stream().noneMatch(servingPorts::contains)) {
            stopServing();
        }
        Path output = directory.resolve("output-" + snippet.line());
        String text = onThisMachine(snippet.text());
        if (serves) {
            serve(snippet, text, named, output);
            return;
        }
        String lines = text.lines().map(ShellSession::checked).collect(Collectors.joining("\n"));
        Process process = shell(NO_JOB_STAYS + lines, output);
        try {
            assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .as("%s ends; so far:%n%s", snippet, text(output))
                    .isTrue();
        } finally {
            destroy(process);
        }
        assertThat(process.exitValue())
                .as("%s: exit status; output:%n%s", snippet, text(output))
                .isZero();
    }

    private void serve(Snippet snippet, String text, List<String> named, Path output)
            throws IOException, InterruptedException {
        List<String> awaited = named.stream().map(this::port).collect(Collectors.toCollection(ArrayList::new));
        String whole = text;
        if (!text.contains(" --port=")) {
            awaited.add(freePort());
            whole = text.replaceFirst(
                    "(?m)^(bin/karma --directory=data)", "$1 --port=" + awaited.get(awaited.size() - 1));
        }
        serving = shell(whole, output);
        servingPorts = named;
        for (String port : awaited) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
            while (!takesConnections(Integer.parseInt(port))) {
                boolean ended = serving.waitFor(20, TimeUnit.MILLISECONDS);
                assertThat(ended || System.nanoTime() > end)
                        .as("%s ended, or takes no connections; output:%n%s", snippet, text(output))
                        .isFalse();
            }
        }
    }

    private String onThisMachine(String text) {
        return PORT.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(port(found.group(1))))
                .replace("/tmp/", directory.resolve("tmp") + "/")
                .replace("/backup/", directory.resolve("backup") + "/");
    }

    private String port(String named) {
        return ports.computeIfAbsent(named, name -> freePort());
    }

    private static String checked(String line) {
        Matcher background = IN_BACKGROUND.matcher(line);
        if (background.matches()) {
            return line + "\nuntil (exec 3<>/dev/tcp/" + HOST + "/" + background.group(2)
                    + ") 2>/dev/null; do kill -0 $!; sleep 0.1; done";
        }
        Matcher failing = ENDS_WITH_STATUS_1.matcher(line);
        return failing.matches() ? "if " + failing.group(1) + "; then exit 99; else [ $? -eq 1 ]; fi" : line;
    }

    private Process shell(String text, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-m", "-e", "-o", "pipefail", "-c", text)
                .directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KARMA_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("KARMA_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        builder.environment().merge("PATH", directory.resolve("bin").toString(), (path, bin) -> path + ":" + bin);
        return builder.start();
    }

    /** What came, which may be compressed. */
    private static String text(Path output) throws IOException {
        return Files.readString(output, StandardCharsets.ISO_8859_1);
    }

    private static boolean takesConnections(int port) throws IOException {
        try (Socket socket = new Socket(HOST, port)) {
            return socket.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }

    private static String freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return Integer.toString(socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stopServing() throws InterruptedException {
        if (serving != null) {
            serving.descendants().forEach(ProcessHandle::destroy);
            serving.destroy();
            assertThat(serving.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
            destroy(serving);
        }
        serving = null;
        servingPorts = List.of();
    }

    private static void destroy(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() throws IOException {
        try (server) {
            stopServing();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
