package io.karmadb.server.cli;

import io.karmadb.client.KarmaClient;
import io.karmadb.client.KarmaClientException;
import io.karmadb.client.KarmaNotSentException;
import io.karmadb.server.terminal.Printable;
import io.karmadb.server.terminal.StandardStream;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** {@code karma cli}: one question, many, or a conversation. */
public final class CliCommand {
    private static final int COLUMNS_DEFAULT = 80;
    private static final char UNREADABLE = '\uFFFD';

    private final CliOptions options;
    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;
    private final CommandParser parser = new CommandParser(LocalDate::now);

    private CliCommand(CliOptions options, Map<String, String> environment, PrintStream out, PrintStream err) {
        this.options = options;
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the command with the process's standard input.
     *
     * @param arguments what follows {@code cli}
     * @param out receives the answers
     * @param err receives what is wrong
     * @param terminal not used
     * @return the exit status
     */
    public static int run(String[] arguments, PrintStream out, PrintStream err, boolean terminal) {
        // Names of trees are UTF-8, whatever Java makes of the locale.
        PrintStream answers = out == System.out ? utf8(FileDescriptor.out) : out;
        PrintStream complaints = err == System.err ? utf8(FileDescriptor.err) : err;
        return run(arguments, System.getenv(), System.in, StandardStream.INPUT.isTerminal(), answers, complaints);
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }

    static int run(
            String[] arguments,
            Map<String, String> environment,
            InputStream in,
            boolean interactive,
            PrintStream out,
            PrintStream err) {
        CliOptions options = new CliOptions();
        CommandLine commandLine = parser(options);
        try {
            commandLine.parseArgs(arguments);
            if (options.help) {
                out.print(commandLine.getUsageMessage(CommandLine.Help.Ansi.OFF));
                out.print("\nCommands:\n" + Shell.help());
                out.flush();
                return Dialogue.STATUS_OK;
            }
            if (options.words.equals(List.of(Shell.HELP))) {
                out.print(Shell.help());
                out.flush();
                return Dialogue.STATUS_OK;
            }
            return new CliCommand(options, environment, out, err).run(in, interactive);
        } catch (ParameterException | IllegalArgumentException | UsageException e) {
            err.println("karma cli: " + Printable.of(e.getMessage()));
            err.flush();
            return Dialogue.STATUS_USAGE;
        } catch (IOException e) {
            err.println("karma cli: " + Printable.of(String.valueOf(e.getMessage())));
            err.flush();
            return Dialogue.STATUS_REFUSED;
        }
    }

    /**
     * Returns what knows the options, to complete them.
     *
     * @return a new parser
     */
    public static CommandLine parser() {
        return parser(new CliOptions());
    }

    private static CommandLine parser(CliOptions options) {
        return new CommandLine(options)
                .setOverwrittenOptionsAllowed(true)
                .setExpandAtFiles(false)
                .setStopAtPositional(true)
                .setInterpolateVariables(true);
    }

    private int run(InputStream in, boolean interactive) throws UsageException, IOException {
        Question question = options.words.isEmpty() ? null : parser.parse(readable(options.words));
        try (KarmaClient client = options.client(environment)) {
            if (question == null && interactive) {
                return converse(client);
            }
            Dialogue dialogue = new Dialogue(client, options.format(), out, err, () -> COLUMNS_DEFAULT);
            if (question != null) {
                return dialogue.ask(question);
            }
            return new Batch(parser, dialogue)
                    .run(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
        }
    }

    private static List<String> readable(List<String> words) throws UsageException {
        for (String word : words) {
            if (word.indexOf(UNREADABLE) >= 0) {
                throw new UsageException("the command has characters that the locale cannot express: run in a UTF-8"
                        + " locale, or give the command by a pipe");
            }
        }
        return words;
    }

    private int converse(KarmaClient client) throws IOException {
        try {
            client.ping();
        } catch (KarmaNotSentException e) {
            err.println("karma cli: " + Printable.of(e.getMessage()));
            err.flush();
            return Dialogue.STATUS_UNREACHABLE;
        } catch (KarmaClientException e) {
            err.println("karma cli: " + Printable.of(e.getMessage()));
            err.flush();
            return Dialogue.STATUS_REFUSED;
        }
        try (Terminal terminal = TerminalBuilder.builder()
                .system(true)
                .dumb(true)
                .encoding(StandardCharsets.UTF_8)
                .nativeSignals(true)
                .build()) {
            return converse(client, terminal);
        }
    }

    private int converse(KarmaClient client, Terminal terminal) {
        PrintStream screen = new PrintStream(terminal.output(), false, StandardCharsets.UTF_8);
        Dialogue dialogue = new Dialogue(client, options.format(), screen, screen, () -> columns(terminal));
        Path history = options.noHistory ? null : HistoryFile.place(environment);
        if (history != null) {
            try {
                HistoryFile.prepare(history);
            } catch (IOException e) {
                dialogue.complain("the history cannot be kept: " + e);
                history = null;
            }
        }
        return new Shell(
                        terminal,
                        options.host + ":" + options.port,
                        history,
                        parser,
                        dialogue,
                        new Completion(client),
                        screen)
                .run();
    }

    private static int columns(Terminal terminal) {
        return terminal.getWidth() > 0 ? terminal.getWidth() : COLUMNS_DEFAULT;
    }
}
