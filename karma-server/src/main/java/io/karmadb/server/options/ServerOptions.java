package io.karmadb.server.options;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.server.http.HttpSettings;
import io.karmadb.server.network.NetworkSettings;
import io.karmadb.server.network.TlsSettings;
import io.karmadb.server.network.TransportKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What the command line, the environment and a configuration file ask for.
 *
 * @param action whether to serve or only to print something
 * @param store how to open the store; null unless the server is to serve
 * @param network how to listen; null unless the server is to serve
 * @param http how to listen for HTTP; null unless the server is to do so
 * @param log whether to log more than errors
 */
public record ServerOptions(
        Action action, KarmaOptions store, NetworkSettings network, HttpSettings http, boolean log) {
    /** What the process is to do. */
    public enum Action {
        /** Serve. */
        SERVE,
        /** Print how it is used. */
        HELP,
        /** Print its version. */
        VERSION
    }

    private static final int PORT_DEFAULT = 8080;
    private static final int PORT_MAX = 65_535;
    private static final int REQUEST_BYTES_MAX = 1 << 30;
    private static final int CONNECTIONS_MAX = 1_000_000;

    /**
     * Reads and checks all options. Touches no file but those of the tokens and of the configuration.
     *
     * @param arguments the command line
     * @param environment the environment variables
     * @return what to do
     * @throws OptionException if something is wrong with one
     */
    public static ServerOptions parse(String[] arguments, Map<String, String> environment) throws OptionException {
        CommandLineText text = read(arguments);
        if (text.help || text.version) {
            return new ServerOptions(text.help ? Action.HELP : Action.VERSION, null, null, null, true);
        }
        return of(text, texts(text, environment));
    }

    /** Reads the command line as text. */
    static CommandLineText read(String[] arguments) throws OptionException {
        CommandLineText text = new CommandLineText();
        try {
            parser(text).parseArgs(arguments);
        } catch (UnmatchedArgumentException e) {
            throw new OptionException("Unknown argument: " + e.getUnmatched().get(0));
        } catch (ParameterException e) {
            throw new OptionException(e.getMessage());
        }
        return text;
    }

    /** Returns the texts of all options; reads the configuration file. */
    static OptionTexts texts(CommandLineText text, Map<String, String> environment) throws OptionException {
        OptionSource config = new OptionTexts(environment, ConfigFile.NONE).of("--config", text.config);
        return new OptionTexts(environment, config.isGiven() ? ConfigFile.read(config, known()) : ConfigFile.NONE);
    }

    /** Gives the texts their meaning. */
    static ServerOptions of(CommandLineText text, OptionTexts texts) throws OptionException {
        NetworkSettings network = network(text, texts);
        return new ServerOptions(
                Action.SERVE,
                store(text, texts),
                network,
                http(text, texts, network),
                texts.of("--log", text.log).bool(true));
    }

    /** Returns the options that a configuration file may hold. */
    private static List<String> known() {
        return parser().getCommandSpec().options().stream()
                .filter(option -> option.typeInfo().getType() == String.class)
                .map(OptionSpec::longestName)
                .filter(name -> !name.equals("--config"))
                .toList();
    }

    /**
     * Returns the help.
     *
     * @return several lines
     */
    public static String usage() {
        return parser().getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    /**
     * Returns what knows the options, to complete them.
     *
     * @return a new parser
     */
    public static CommandLine parser() {
        return parser(new CommandLineText());
    }

    private static CommandLine parser(CommandLineText text) {
        return new CommandLine(text)
                .setOverwrittenOptionsAllowed(true)
                .setExpandAtFiles(false)
                .setAllowOptionsAsOptionParameters(false)
                .setInterpolateVariables(false);
    }

    private static KarmaOptions store(CommandLineText text, OptionTexts texts) throws OptionException {
        boolean wal = texts.of("--wal", text.wal).bool(true);
        boolean fsync = texts.of("--wal-fsync", text.walFsync).bool(true);
        return KarmaOptions.builder()
                .directory(texts.of("--directory", text.directory).path("."))
                .restore(texts.of("--restore", text.restore).bool(true))
                .durability(!wal ? Durability.NONE : fsync ? Durability.FSYNC : Durability.WRITE)
                .history(HistoryKind.OFF_HEAP)
                .zone(texts.of("--zone", text.zone).zone(ZoneId.systemDefault()))
                .snapshotsKept(texts.of("--dump-retention-per-tree", text.dumpRetentionPerTree)
                        .integer(KarmaOptions.SNAPSHOTS_KEPT_DEFAULT, Integer.MIN_VALUE, Integer.MAX_VALUE))
                .checkpointWalBytes(texts.of("--checkpoint-wal-bytes", text.checkpointWalBytes)
                        .bytes(KarmaOptions.CHECKPOINT_WAL_BYTES_DEFAULT))
                .checkpointInterval(texts.of("--checkpoint-interval", text.checkpointInterval)
                        .seconds(Duration.ZERO))
                .build();
    }

    private static NetworkSettings network(CommandLineText text, OptionTexts texts) throws OptionException {
        NetworkSettings settings = new NetworkSettings(
                texts.of("--bind", text.bind).string("0.0.0.0"),
                texts.of("--port", text.port).integer(PORT_DEFAULT, 0, PORT_MAX),
                texts.of("--nodelay", text.nodelay).bool(true),
                texts.of("--max-request-bytes", text.maxRequestBytes)
                        .integer(NetworkSettings.REQUEST_BYTES_MAX_DEFAULT, 1, REQUEST_BYTES_MAX),
                texts.of("--read-timeout", text.readTimeout).seconds(NetworkSettings.TIMEOUT_DEFAULT),
                texts.of("--write-timeout", text.writeTimeout).seconds(NetworkSettings.TIMEOUT_DEFAULT),
                token(texts, "--auth-token", text.authToken, text.authTokenFile),
                texts.of("--max-connections", text.maxConnections)
                        .integer(NetworkSettings.CONNECTIONS_MAX_DEFAULT, 1, CONNECTIONS_MAX));
        String readOnly = token(texts, "--read-only-token", text.readOnlyToken, text.readOnlyTokenFile);
        if (readOnly != null && settings.token() == null) {
            throw new OptionException("--read-only-token needs --auth-token: without one, everybody may do everything");
        }
        if (readOnly != null && readOnly.equals(settings.token())) {
            throw new OptionException("--read-only-token must be another token than --auth-token");
        }
        return settings.withReadOnlyToken(readOnly)
                .withTls(tls(text, texts))
                .withTransport(transport(texts.of("--transport", text.transport)));
    }

    private static TransportKind transport(OptionSource source) throws OptionException {
        String wanted = source.string(TransportKind.AUTO.toString());
        for (TransportKind kind : TransportKind.values()) {
            if (kind.toString().equals(wanted)) {
                return kind;
            }
        }
        throw source.wrong("auto, io_uring, epoll or nio");
    }

    private static HttpSettings http(CommandLineText text, OptionTexts texts, NetworkSettings network)
            throws OptionException {
        OptionSource port = texts.of("--http-port", text.httpPort);
        String host = texts.of("--http-bind", text.httpBind).string(HttpSettings.HOST_DEFAULT);
        return port.isGiven()
                ? new HttpSettings(host, port.integer(0, 0, PORT_MAX), network.token(), network.readOnlyToken())
                : null;
    }

    private static TlsSettings tls(CommandLineText text, OptionTexts texts) throws OptionException {
        OptionSource certificate = texts.of("--tls-cert", text.tlsCert);
        OptionSource key = texts.of("--tls-key", text.tlsKey);
        OptionSource authorities = texts.of("--tls-client-ca", text.tlsClientCa);
        Path certificatePath = certificate.isGiven() ? certificate.path(null) : null;
        Path keyPath = key.isGiven() ? key.path(null) : null;
        Path authoritiesPath = authorities.isGiven() ? authorities.path(null) : null;
        if (certificate.isGiven() != key.isGiven()) {
            throw new OptionException("--tls-cert and --tls-key need each other");
        }
        if (authorities.isGiven() && !certificate.isGiven()) {
            throw new OptionException(authorities.name() + " needs --tls-cert and --tls-key");
        }
        return certificate.isGiven() ? new TlsSettings(certificatePath, keyPath, authoritiesPath) : null;
    }

    /** Finds a token, which the option or the file that another one names has. */
    private static String token(OptionTexts texts, String option, String given, String givenFile)
            throws OptionException {
        OptionSource source = texts.oneOf(option, given, option + "-file", givenFile);
        if (!source.isGiven()) {
            return null;
        }
        if (source.option().equals(option)) {
            return source.secret(null);
        }
        String token = firstLine(source);
        if (token.isEmpty()) {
            throw source.wrong("a file whose first line is the token");
        }
        return token;
    }

    private static String firstLine(OptionSource file) throws OptionException {
        Path path = file.path(null);
        try (BufferedReader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            String line = reader.readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            throw new OptionException(file.name() + " cannot be read: " + e);
        }
    }
}
