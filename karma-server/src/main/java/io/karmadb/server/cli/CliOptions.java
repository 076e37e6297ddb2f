package io.karmadb.server.cli;

import io.karmadb.client.KarmaClient;
import io.karmadb.client.KarmaClientBuilder;
import io.karmadb.client.Tls;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of {@code karma cli}, the way picocli finds them, and the client that they ask for. */
@Command(
        name = "karma cli",
        description = {
            "Asks a running server. Without a COMMAND: on a terminal, starts a conversation; else reads commands from",
            "the standard input, one a line.",
            ""
        },
        footer = {
            "",
            "The token can also be in the environment, as KARMA_AUTH_TOKEN, or in a file that KARMA_AUTH_TOKEN_FILE",
            "names. Lines that were typed are kept in karma/history in XDG_STATE_HOME or ~/.local/state, but not one",
            "that starts with a blank. Exit status: 0 if all was done, 1 if the server answered an error, 2 for wrong",
            "usage, 3 if the server could not be reached, or the connection was lost before the answer."
        },
        sortOptions = false,
        usageHelpWidth = 110)
final class CliOptions {
    private static final int PORT_MAX = 65_535;
    private static final double SECONDS_MAX = 86_400;
    private static final int REQUEST_BYTES_MAX = 1 << 20;
    private static final int ANSWER_BYTES_MAX = 256 * 1024 * 1024;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    @Option(names = "--host", paramLabel = "HOST", description = "The server (default: ${DEFAULT-VALUE}).")
    String host = "127.0.0.1";

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Its port (default: ${DEFAULT-VALUE}).")
    int port = 8080;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "The server's token; shows in lists of processes, which the next one does not.")
    String token;

    @Option(names = "--token-file", paramLabel = "PATH", description = "A file whose first line is the token.")
    Path tokenFile;

    @Option(names = "--tls", description = "Encrypt the connection, and trust whom Java trusts.")
    boolean tls;

    @Option(
            names = "--tls-ca",
            paramLabel = "PATH",
            description = "Encrypt it, and trust the certificates in this file (PEM).")
    Path tlsAuthorities;

    @Option(names = "--tls-cert", paramLabel = "PATH", description = "A certificate to show to the server (PEM).")
    Path tlsCertificate;

    @Option(names = "--tls-key", paramLabel = "PATH", description = "Its private key (PEM, PKCS #8).")
    Path tlsKey;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description =
                    "How long to wait for an answer (default: 30, and an hour for dump, dump-all, load and verify).")
    double timeout;

    @Option(names = "--json", description = "Print one JSON value for each result.")
    boolean json;

    @Option(names = "--raw", description = "Print the server's own lines.")
    boolean raw;

    @Option(names = "--no-history", description = "Do not keep the lines that are typed.")
    boolean noHistory;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "One command with what belongs to it.")
    List<String> words = new ArrayList<>();

    OutputFormat format() {
        return raw ? OutputFormat.RAW : json ? OutputFormat.JSON : OutputFormat.TEXT;
    }

    /** Builds the client; it connects later. */
    KarmaClient client(Map<String, String> environment) throws UsageException {
        if (json && raw) {
            throw new UsageException("--json and --raw cannot both be given");
        }
        if (port < 1 || port > PORT_MAX) {
            throw new UsageException("--port must be from 1 to " + PORT_MAX + ", not " + port);
        }
        if (!(timeout >= 0 && timeout <= SECONDS_MAX)) {
            throw new UsageException("--timeout must be from 0 to " + (int) SECONDS_MAX + ", not " + timeout);
        }
        boolean timed = timeout > 0;
        Duration patience = Duration.ofMillis(Math.max(1, Math.round(timeout * 1000)));
        KarmaClientBuilder builder = KarmaClient.builder()
                .host(host)
                .port(port)
                .tls(tls())
                .connectAttemptsMax(1)
                .connectTimeout(timed && patience.compareTo(CONNECT_TIMEOUT) < 0 ? patience : CONNECT_TIMEOUT)
                .requestTimeout(timed ? patience : Duration.ofSeconds(30))
                .maintenanceTimeout(timed ? patience : Duration.ofHours(1))
                .requestBytesMax(REQUEST_BYTES_MAX)
                .answerBytesMax(ANSWER_BYTES_MAX);
        return builder.token(token(environment)).build();
    }

    private Tls tls() throws UsageException {
        if ((tlsCertificate == null) != (tlsKey == null)) {
            throw new UsageException("--tls-cert and --tls-key belong together");
        }
        if (tlsAuthorities == null && !tls) {
            if (tlsKey != null) {
                throw new UsageException("--tls-cert needs --tls or --tls-ca");
            }
            return null;
        }
        Tls settings = tlsAuthorities == null ? Tls.system() : Tls.trusting(tlsAuthorities);
        return tlsKey == null ? settings : settings.withCertificate(tlsCertificate, tlsKey);
    }

    private String token(Map<String, String> environment) throws UsageException {
        if (token != null && tokenFile != null) {
            throw new UsageException("--token and --token-file cannot both be given");
        }
        if (token != null) {
            return token;
        }
        if (tokenFile != null) {
            return firstLine("--token-file", tokenFile);
        }
        String file = environment.get("KARMA_AUTH_TOKEN_FILE");
        return file == null ? environment.get("KARMA_AUTH_TOKEN") : firstLine("KARMA_AUTH_TOKEN_FILE", Path.of(file));
    }

    private static String firstLine(String option, Path file) throws UsageException {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String line = reader.readLine();
            if (line == null || line.isEmpty()) {
                throw new UsageException(option + " must be a file whose first line is the token");
            }
            return line;
        } catch (IOException e) {
            throw new UsageException(option + " cannot be read: " + e);
        }
    }
}
