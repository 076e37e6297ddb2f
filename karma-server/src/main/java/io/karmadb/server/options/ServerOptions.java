package io.karmadb.server.options;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.server.network.NetworkSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What the command line and the environment ask for.
 *
 * @param action whether to serve or only to print something
 * @param store how to open the store; null unless the server is to serve
 * @param network how to listen; null unless the server is to serve
 * @param log whether to log more than errors
 */
public record ServerOptions(Action action, KarmaOptions store, NetworkSettings network, boolean log) {
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
     * Reads and checks all options. Touches no file but that of the token.
     *
     * @param arguments the command line
     * @param environment the environment variables
     * @return what to do
     * @throws OptionException if something is wrong with one
     */
    public static ServerOptions parse(String[] arguments, Map<String, String> environment) throws OptionException {
        CommandLineText text = new CommandLineText();
        CommandLine parser = parser(text);
        try {
            parser.parseArgs(arguments);
        } catch (UnmatchedArgumentException e) {
            throw new OptionException("Unknown argument: " + e.getUnmatched().get(0));
        } catch (ParameterException e) {
            throw new OptionException(e.getMessage());
        }
        if (text.help || text.version) {
            return new ServerOptions(text.help ? Action.HELP : Action.VERSION, null, null, true);
        }
        return new ServerOptions(
                Action.SERVE,
                store(text, environment),
                network(text, environment),
                OptionSource.of("--log", text.log, environment).bool(true));
    }

    /**
     * Returns the help.
     *
     * @return several lines
     */
    public static String usage() {
        return parser(new CommandLineText()).getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    private static CommandLine parser(CommandLineText text) {
        return new CommandLine(text)
                .setOverwrittenOptionsAllowed(true)
                .setExpandAtFiles(false)
                .setAllowOptionsAsOptionParameters(false)
                .setInterpolateVariables(false);
    }

    private static KarmaOptions store(CommandLineText text, Map<String, String> environment) throws OptionException {
        boolean wal = OptionSource.of("--wal", text.wal, environment).bool(true);
        boolean fsync =
                OptionSource.of("--wal-fsync", text.walFsync, environment).bool(true);
        return KarmaOptions.builder()
                .directory(OptionSource.of("--directory", text.directory, environment)
                        .path("."))
                .restore(OptionSource.of("--restore", text.restore, environment).bool(true))
                .durability(!wal ? Durability.NONE : fsync ? Durability.FSYNC : Durability.WRITE)
                .history(HistoryKind.OFF_HEAP)
                .zone(OptionSource.of("--zone", text.zone, environment).zone(ZoneId.systemDefault()))
                .snapshotsKept(OptionSource.of("--dump-retention-per-tree", text.dumpRetentionPerTree, environment)
                        .integer(KarmaOptions.SNAPSHOTS_KEPT_DEFAULT, Integer.MIN_VALUE, Integer.MAX_VALUE))
                .build();
    }

    private static NetworkSettings network(CommandLineText text, Map<String, String> environment)
            throws OptionException {
        return new NetworkSettings(
                OptionSource.of("--bind", text.bind, environment).string("0.0.0.0"),
                OptionSource.of("--port", text.port, environment).integer(PORT_DEFAULT, 0, PORT_MAX),
                OptionSource.of("--nodelay", text.nodelay, environment).bool(true),
                OptionSource.of("--max-request-bytes", text.maxRequestBytes, environment)
                        .integer(NetworkSettings.REQUEST_BYTES_MAX_DEFAULT, 1, REQUEST_BYTES_MAX),
                OptionSource.of("--read-timeout", text.readTimeout, environment)
                        .seconds(NetworkSettings.TIMEOUT_DEFAULT),
                OptionSource.of("--write-timeout", text.writeTimeout, environment)
                        .seconds(NetworkSettings.TIMEOUT_DEFAULT),
                token(text, environment),
                OptionSource.of("--max-connections", text.maxConnections, environment)
                        .integer(NetworkSettings.CONNECTIONS_MAX_DEFAULT, 1, CONNECTIONS_MAX));
    }

    /** Either of the two options on the command line overrides both environment variables. */
    private static String token(CommandLineText text, Map<String, String> environment) throws OptionException {
        boolean onCommandLine = text.authToken != null || text.authTokenFile != null;
        Map<String, String> fallback = onCommandLine ? Map.of() : environment;
        OptionSource token = OptionSource.of("--auth-token", text.authToken, fallback);
        OptionSource file = OptionSource.of("--auth-token-file", text.authTokenFile, fallback);
        if (token.isGiven() && file.isGiven()) {
            throw new OptionException(token.name() + " and " + file.name() + " cannot both be given");
        }
        String value = null;
        if (token.isGiven()) {
            value = token.secret(null);
        } else if (file.isGiven()) {
            value = firstLine(file);
        }
        if (value != null && value.isEmpty()) {
            throw file.wrong("a file whose first line is the token");
        }
        return value;
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
