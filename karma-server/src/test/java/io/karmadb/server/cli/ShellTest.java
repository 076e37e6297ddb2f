package io.karmadb.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.client.KarmaClient;
import io.karmadb.server.KarmaServer;
import io.karmadb.server.network.NetworkSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Size;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Conversations over a terminal that is two pipes. */
@Timeout(120)
class ShellTest {
    private static final String PROMPT = "here> ";
    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";

    @TempDir
    private Path temporary;

    private KarmaStore store;
    private KarmaServer server;

    @BeforeEach
    void start() throws IOException {
        store = KarmaStore.open(
                KarmaOptions.builder().history(HistoryKind.ON_HEAP).build());
        server = KarmaServer.start(store, NetworkSettings.LOOPBACK);
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    /** Somebody who types, and what appears. */
    private static final class Typist implements AutoCloseable {
        private final PipedOutputStream keys = new PipedOutputStream();
        private final ByteArrayOutputStream screen = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(int b) {
                super.write(b);
                notifyAll();
            }

            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                super.write(bytes, offset, length);
                notifyAll();
            }
        };
        private final CompletableFuture<Integer> status = new CompletableFuture<>();
        private final ExternalTerminal terminal;
        private final KarmaClient client;
        private int seen;

        Typist(int port, Path history) throws IOException {
            terminal =
                    new ExternalTerminal("test", "xterm", new PipedInputStream(keys), screen, StandardCharsets.UTF_8);
            terminal.setSize(new Size(80, 24));
            client = KarmaClient.builder().port(port).build();
            PrintStream out = new PrintStream(terminal.output(), false, StandardCharsets.UTF_8);
            Dialogue dialogue = new Dialogue(client, OutputFormat.TEXT, out, out, () -> 80);
            Shell shell = new Shell(
                    terminal,
                    "here",
                    history,
                    new CommandParser(LocalDate::now),
                    dialogue,
                    new Completion(client),
                    out);
            Thread thread = new Thread(() -> {
                try {
                    status.complete(shell.run());
                } catch (RuntimeException | Error e) {
                    status.completeExceptionally(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            status.whenComplete((result, failure) -> {
                synchronized (screen) {
                    screen.notifyAll();
                }
            });
            await(PROMPT);
        }

        void type(String text) throws IOException {
            keys.write(text.getBytes(StandardCharsets.UTF_8));
            keys.flush();
        }

        /** Waits until a text appears after what was waited for before, and returns all up to it. */
        String await(String text) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            synchronized (screen) {
                while (true) {
                    String all = screen.toString(StandardCharsets.UTF_8);
                    int at = all.indexOf(text, seen);
                    if (at >= 0) {
                        String before = all.substring(seen, at + text.length());
                        seen = at + text.length();
                        return before;
                    }
                    long left = deadline - System.nanoTime();
                    assertThat(left > 0 && !status.isDone())
                            .as("\"%s\" after \"%s\", %s", text, all.substring(seen), status)
                            .isTrue();
                    try {
                        TimeUnit.NANOSECONDS.timedWait(screen, left);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }

        int awaitEnd() throws Exception {
            return status.get(60, TimeUnit.SECONDS);
        }

        @Override
        public void close() throws IOException {
            client.close();
            terminal.close();
        }
    }

    @Test
    void commandsAreAnsweredUntilExit() throws Exception {
        try (Typist typist = new Typist(server.port(), null)) {
            typist.type("increment 'my links' 42\r");
            typist.await("OK");
            typist.await(PROMPT);
            typist.type("sum 'my links' 42\r");
            assertThat(typist.await(PROMPT)).containsPattern("1\r?\n");
            typist.type("nope\r");
            typist.await("no such command: nope");
            typist.type("\rsum nope 1\r");
            typist.await("(not_found)");
            typist.type("help\r");
            typist.await("increment TREE KEY");
            typist.type("exit\r");
            assertThat(typist.awaitEnd()).isZero();
        }
        assertThat(store.tree("my links").sum(42)).isEqualTo(1);
    }

    @Test
    void controlCDropsALineAndControlDEnds() throws Exception {
        try (Typist typist = new Typist(server.port(), null)) {
            typist.type("increment a 1");
            typist.await("increment a 1"); // none of it is left to be read after the signal
            typist.type(CTRL_C);
            typist.await(PROMPT);
            typist.type("trees\r");
            typist.await(PROMPT);
            assertThat(store.trees()).isEmpty();
            typist.type(CTRL_D);
            assertThat(typist.awaitEnd()).isZero();
        }
    }

    @Test
    void controlCEndsTheWaitForAnAnswer() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Typist typist = new Typist(silent.getLocalPort(), null)) {
            typist.type("increment a 1\r");
            try (Socket socket = silent.accept()) {
                assertThat(socket.getInputStream().read()).isEqualTo('{');
                typist.type(CTRL_C);
                typist.await("interrupted");
                typist.await(PROMPT);
                typist.type("exit\r");
                assertThat(typist.awaitEnd()).isZero();
            }
        }
    }

    @Test
    void tabCompletesCommandsAndNamesOfTreesButNoneThatIsUnsafe() throws Exception {
        store.tree("links of mine").increment(1);
        store.createTree("\u001b[31mevil");
        try (Typist typist = new Typist(server.port(), null)) {
            typist.type("incr\t");
            typist.await("increment ");
            typist.type("lin\t");
            typist.await("links\\ of\\ mine ");
            typist.type("1\r");
            typist.await("OK");
            typist.await(PROMPT);
            typist.type("create \t"); // the one that is left is the only one
            assertThat(typist.await("mine ")).doesNotContain("evil");
            typist.type("\r");
            typist.await("OK");
            typist.type("exit\r");
            assertThat(typist.awaitEnd()).isZero();
        }
        assertThat(store.tree("links of mine").sum(1)).isEqualTo(2);
    }

    @Test
    void linesAreKeptForTheNextConversationAndReadableByTheirOwnerAlone() throws Exception {
        Path file = HistoryFile.place(Map.of("XDG_STATE_HOME", temporary.toString()));
        HistoryFile.prepare(file);
        try (Typist typist = new Typist(server.port(), file)) {
            typist.type("increment a 1\r");
            typist.await("OK");
            typist.type(" increment a 2\r");
            typist.await("OK");
            typist.type("exit\r");
            typist.awaitEnd();
        }
        assertThat(Files.readString(file)).contains("increment a 1").doesNotContain("increment a 2");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        HistoryFile.prepare(file);
        try (Typist typist = new Typist(server.port(), file)) {
            typist.type("\u0010\u0010\r"); // Ctrl-P is the line before, twice that before exit
            typist.await("OK");
            typist.type("exit\r");
            typist.awaitEnd();
        }
        assertThat(store.tree("a").sum(1)).isEqualTo(2);
    }

    @Test
    void historyIsKeptWhereTheSystemKeepsState() {
        assertThat(HistoryFile.place(Map.of("HOME", "/home/me", "XDG_STATE_HOME", "/state")))
                .hasToString("/state/karma/history");
        assertThat(HistoryFile.place(Map.of("HOME", "/home/me", "XDG_STATE_HOME", "relative")))
                .hasToString("/home/me/.local/state/karma/history");
        assertThat(HistoryFile.place(Map.of())).isNull();
    }
}
