package io.karmadb.server.transfer;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that tell which server, or which directory. */
final class WhereOptions {
    private static final int PORT_DEFAULT = 8080;
    private static final int PORT_MAX = 65_535;
    private static final double TIMEOUT_DEFAULT = 30;
    private static final double TIMEOUT_MAX = 1e6;
    private static final double SECOND_MILLIS = 1000;

    @Option(names = "--host", paramLabel = "HOST", description = "The server (default: 127.0.0.1).")
    private String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Its port (default: 8080).")
    private Integer port;

    @Option(names = "--token", paramLabel = "TOKEN", description = "What requests carry as their token.")
    private String token;

    @Option(
            names = "--token-file",
            paramLabel = "PATH",
            description = "File whose first line is the token; keeps it out of the list of processes.")
    private String tokenFile;

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Give up after so long without an answer; 0: never (default: 30).")
    private Double timeout;

    @Option(
            names = {"-d", "--directory"},
            paramLabel = "PATH",
            description = "Instead of a server: the directory of a stopped one.")
    private String directory;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "With --directory: the time zone in which the day turns there (default: the system's).")
    private String zone;

    /** Says whether it is a directory, not a server. */
    boolean isDirectory() {
        return directory != null;
    }

    /** Checks the options; all mistakes are told by an {@link IllegalArgumentException}. */
    void check() {
        if (isDirectory()) {
            Object[] ofServer = {host, port, token, tokenFile, timeout};
            String[] names = {"--host", "--port", "--token", "--token-file", "--timeout"};
            for (int i = 0; i < names.length; i++) {
                if (ofServer[i] != null) {
                    throw new IllegalArgumentException(names[i] + " is of no use with --directory");
                }
            }
            if (tls.isGiven()) {
                throw new IllegalArgumentException("TLS is of no use with --directory");
            }
            store();
        } else if (zone != null) {
            throw new IllegalArgumentException("--zone is for --directory: a server knows its own");
        } else {
            server();
        }
    }

    ServerAddress server() {
        int number = port == null ? PORT_DEFAULT : port;
        if (number < 1 || number > PORT_MAX) {
            throw new IllegalArgumentException("--port must be from 1 to " + PORT_MAX + ", not " + number);
        }
        InetSocketAddress address = new InetSocketAddress(host == null ? "127.0.0.1" : host, number);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("--host is unknown: " + host);
        }
        double seconds = timeout == null ? TIMEOUT_DEFAULT : timeout;
        if (!(seconds >= 0 && seconds <= TIMEOUT_MAX)) {
            throw new IllegalArgumentException("--timeout must be from 0 to 1000000, not " + seconds);
        }
        return new ServerAddress(address, tokenOrNull(), (int) Math.ceil(seconds * SECOND_MILLIS), tls.sockets());
    }

    private String tokenOrNull() {
        if (token != null && tokenFile != null) {
            throw new IllegalArgumentException("--token and --token-file cannot both be given");
        }
        if (tokenFile == null) {
            return token;
        }
        try (BufferedReader reader = Files.newBufferedReader(path("--token-file", tokenFile), StandardCharsets.UTF_8)) {
            String line = reader.readLine();
            if (line == null || line.isEmpty()) {
                throw new IllegalArgumentException("--token-file must be a file whose first line is the token");
            }
            return line;
        } catch (IOException e) {
            throw new IllegalArgumentException("--token-file cannot be read: " + e, e);
        }
    }

    /** Returns how to open the directory. */
    KarmaOptions store() {
        try {
            return KarmaOptions.builder()
                    .directory(path("--directory", directory))
                    .durability(Durability.FSYNC)
                    .history(HistoryKind.OFF_HEAP)
                    .zone(zone == null ? ZoneId.systemDefault() : ZoneId.of(zone))
                    .build();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "--zone must be a time zone such as UTC or Europe/Berlin, not " + zone, e);
        }
    }

    static Path path(String option, String text) {
        try {
            if (text.isEmpty()) {
                throw new IllegalArgumentException(option + " must not be empty");
            }
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(option + " must be a path that the locale can express", e);
        }
    }
}
