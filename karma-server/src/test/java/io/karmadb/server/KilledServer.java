package io.karmadb.server;

import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.server.network.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The real server on one directory: started, talked to and killed with SIGKILL, as often as a test likes. */
final class KilledServer {
    /** What one client does until the kill. */
    interface Session {
        void talk(KarmaProcess karma, Client client) throws IOException;
    }

    private final List<String> prefix;
    private final Path directory;

    KilledServer(Path directory) {
        this(List.of(), directory);
    }

    /** @param prefix the words of a command that ends by running what follows it */
    KilledServer(List<String> prefix, Path directory) {
        this.prefix = prefix;
        this.directory = directory;
    }

    /** Starts the server, talks to it, and kills it. */
    void untilKilled(Session session, String... options) throws IOException {
        try (KarmaProcess karma = KarmaProcess.start(prefix, directory, options)) {
            karma.awaitServing();
            try (Client client = karma.client()) {
                session.talk(karma, client);
            }
        }
    }

    /** As {@link #untilKilled(Session, String...)}, where the process itself does not matter. */
    void untilKilled(Asking session, String... options) throws IOException {
        untilKilled((karma, client) -> session.talk(client), options);
    }

    /** What one client does until the kill, and no more. */
    interface Asking {
        void talk(Client client) throws IOException;
    }

    /** Starts the server, which must refuse that as an error, and returns what it printed. */
    String refusesToStart(String... options) throws IOException {
        try (KarmaProcess karma = KarmaProcess.start(prefix, directory, options)) {
            assertThat(karma.awaitExit()).as(karma.output()).isEqualTo(1);
            assertThat(karma.output()).contains("\"level\":\"error\"").doesNotContain("server.start");
            return karma.output();
        }
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** Returns the directory's files whose name ends so, sorted by name. */
    List<Path> files(String end) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(end))
                    .sorted()
                    .toList();
        }
    }

    /** Cuts bytes off the end of a file, after the zeros that the log may end in. */
    static void cut(Path file, int bytes) throws IOException {
        byte[] all = Files.readAllBytes(file);
        int end = all.length;
        while (all[end - 1] == 0) {
            end--;
        }
        Files.write(file, Arrays.copyOf(all, end - bytes));
    }

    /** Increments key 1 of a tree some times, each acknowledged. */
    static void incrementTimes(Client client, String tree, int times) throws IOException {
        client.send((increment(tree, 1) + "\n").repeat(times));
        for (int i = 0; i < times; i++) {
            assertThat(client.answer()).isEqualTo(success("1"));
        }
    }
}
