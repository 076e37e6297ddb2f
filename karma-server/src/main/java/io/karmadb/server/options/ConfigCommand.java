package io.karmadb.server.options;

import io.karmadb.server.network.NetworkServer;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** {@code karma config check}: says whether a server would start with some options, and which are in force. */
public final class ConfigCommand {
    private static final int STATUS_OK = 0;
    private static final int STATUS_USAGE = 2;
    private static final Set<String> SECRETS = Set.of("--auth-token", "--read-only-token");

    private static final String USAGE = """
            Usage: karma config check [OPTION]...
            Checks the options of a server, wherever they come from, without starting one: the command
            line, the environment, and the file that --config names. Reads the files that they name, and
            prints each option that is given, where it comes from, and its text, but for tokens.

            Exit status: 0 if the server would take them, 2 if not.
            """;

    private ConfigCommand() {}

    /**
     * Runs the command with the environment of this process.
     *
     * @param arguments what follows {@code config}
     * @param out receives the options that are given
     * @param err receives what is wrong
     * @param terminal not needed
     * @return the exit status
     */
    public static int run(String[] arguments, PrintStream out, PrintStream err, boolean terminal) {
        return run(arguments, System.getenv(), out, err);
    }

    static int run(String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        String first = arguments.length == 0 ? "" : arguments[0];
        if (first.equals("--help") || first.equals("-h")) {
            out.print(USAGE);
            return STATUS_OK;
        }
        if (!first.equals("check")) {
            err.print("karma config: the word check must follow\n" + USAGE);
            return STATUS_USAGE;
        }
        try {
            CommandLineText text = ServerOptions.read(Arrays.copyOfRange(arguments, 1, arguments.length));
            if (text.help) {
                out.print(USAGE);
                return STATUS_OK;
            }
            OptionTexts texts = ServerOptions.texts(text, environment);
            ServerOptions options = ServerOptions.of(text, texts);
            NetworkServer.check(options.network());
            for (OptionSource given : texts.given()) {
                out.println(given.option().substring(2) + " = "
                        + (SECRETS.contains(given.option()) ? "(a secret)" : given.text()) + "   # " + given.name());
            }
            out.println("The options are good; those that are not listed have their defaults.");
            return STATUS_OK;
        } catch (OptionException | IOException e) {
            err.println("karma config: " + e.getMessage());
            return STATUS_USAGE;
        }
    }
}
