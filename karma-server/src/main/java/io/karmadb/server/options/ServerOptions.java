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
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What the command line and the environment ask for.
 *
 * @param action whether to serve or only to print something
 * @param store how to open the store; null unless the server is to serve
 * @param network how to listen; null unless the server is to serve
 * @param log whether to log more than errors
 * @param check what to check; null unless a directory is to be checked
 */
public record ServerOptions(
        Action action, KarmaOptions store, NetworkSettings network, boolean log, CheckOptions check) {
    /** What the process is to do. */
    public enum Action {
        /** Serve. */
        SERVE,
        /** Print how it is used. */
        HELP,
        /** Print its version. */
        VERSION,
        /** Check a directory. */
        CHECK,
        /** Print how a directory is checked. */
        CHECK_HELP
    }

    private static final String CHECK = "check";
    private static final int PORT_DEFAULT = 8080;
    private static final int PORT_MAX = 65_535;
    private static final int REQUEST_BYTES_MAX = 1 << 30;
    private static final int CONNECTIONS_MAX = 1_000_000;

    /**
     * Reads and checks all options. Touches no file but that of the token, and no directory but one that is to be
     * checked, to see whether it is there.
     *
     * @param arguments the command line
     * @param environment the environment variables
     * @return what to do
     * @throws OptionException if something is wrong with one
     */
    public static ServerOptions parse(String[] arguments, Map<String, String> environment) throws OptionException {
        CommandLineText text = new CommandLineText();
        CheckText check = new CheckText();
        ParseResult result;
        try {
            result = parser(text, check).parseArgs(arguments);
        } catch (UnmatchedArgumentException e) {
            throw new OptionException("Unknown argument: " + e.getUnmatched().get(0));
        } catch (ParameterException e) {
            throw new OptionException(e.getMessage());
        }
        if (text.help || text.version) {
            return only(text.help ? Action.HELP : Action.VERSION);
        }
        if (result.hasSubcommand()) {
            if (!result.matchedOptions().isEmpty()) {
                String option = result.matchedOptions().get(0).longestName();
                throw new OptionException(option + " is an option of the server, which check does not take");
            }
            return check.help ? only(Action.CHECK_HELP) : check(check);
        }
        return new ServerOptions(
                Action.SERVE,
                store(text, environment),
                network(text, environment),
                OptionSource.of("--log", text.log, environment).bool(true),
                null);
    }

    private static ServerOptions only(Action action) {
        return new ServerOptions(action, null, null, true, null);
    }

    private static ServerOptions check(CheckText text) throws OptionException {
        OptionSource directory = OptionSource.of("DIRECTORY", text.directory, Map.of());
        Path path = directory.path(null);
        if (!Files.isDirectory(path)) {
            throw directory.wrong("a directory that exists");
        }
        return new ServerOptions(Action.CHECK, null, null, true, new CheckOptions(path, text.repair, text.json));
    }

    /**
     * Returns the help.
     *
     * @return several lines
     */
    public static String usage() {
        return parser(new CommandLineText(), new CheckText()).getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    /**
     * Returns the help of {@code check}.
     *
     * @return several lines
     */
    public static String checkUsage() {
        CommandLine parser = parser(new CommandLineText(), new CheckText());
        return parser.getSubcommands().get(CHECK).getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    private static CommandLine parser(CommandLineText text, CheckText check) {
        return new CommandLine(text)
                .addSubcommand(CHECK, check)
                .setOverwrittenOptionsAllowed(true)
                .setExpandAtFiles(false)
                .setAllowOptionsAsOptionParameters(false)
                .setAllowSubcommandsAsOptionParameters(true) // a directory may be called check
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
