package io.karmadb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Durability;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.server.KarmaServer;
import io.karmadb.server.network.NetworkSettings;
import io.karmadb.server.network.TlsSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Exports and imports in this process, of a server over a real socket and of directories. */
abstract class Transfers {
    static final String HEADER = "tree,key,day,count\r\n";

    static final String TOKEN = "sésame";

    @TempDir
    Path temporary;

    KarmaStore store;

    KarmaServer server;

    record Run(int status, String out, String err) {}

    void start(String directory, int requestBytesMax) throws IOException {
        start(directory, requestBytesMax, null);
    }

    void start(String directory, int requestBytesMax, TlsSettings tls) throws IOException {
        store = KarmaStore.open(KarmaOptions.builder()
                .directory(temporary.resolve(directory))
                .durability(Durability.WRITE)
                .build());
        NetworkSettings usual = NetworkSettings.LOOPBACK;
        server = KarmaServer.start(
                store,
                new NetworkSettings(
                                usual.host(),
                                usual.port(),
                                usual.noDelay(),
                                requestBytesMax,
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(60),
                                TOKEN,
                                usual.connectionsMax())
                        .withTls(tls));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
            store.close();
        }
    }

    String[] words(String... options) {
        List<String> words = new ArrayList<>(List.of("--port=" + server.port(), "--token=" + TOKEN));
        words.addAll(List.of(options));
        return words.toArray(String[]::new);
    }

    String[] at(String directory, String... options) {
        List<String> words = new ArrayList<>(List.of("--directory=" + temporary.resolve(directory)));
        words.addAll(List.of(options));
        return words.toArray(String[]::new);
    }

    String file(String name) {
        return temporary.resolve(name).toString();
    }

    static Run run(boolean exporting, String in, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream printOut = new PrintStream(out, false, StandardCharsets.UTF_8);
        PrintStream printErr = new PrintStream(err, false, StandardCharsets.UTF_8);
        int status = exporting
                ? ExportCommand.run(words, printOut, printErr, false)
                : ImportCommand.run(
                        words,
                        new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                        printOut,
                        printErr,
                        false);
        printOut.flush();
        printErr.flush();
        return new Run(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    static Run export(String... words) {
        return run(true, "", words);
    }

    static Run importing(String in, String... words) {
        return run(false, in, words);
    }

    static void succeeds(Run run) {
        assertThat(run.status()).as(run.err()).isZero();
    }
}
