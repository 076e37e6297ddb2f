package io.karmadb.server.cli;

import io.karmadb.server.terminal.Printable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Terminal;

/**
 * A conversation on a terminal. Ctrl-C drops the line, or ends the wait for an answer; Ctrl-D on an empty line ends the
 * conversation.
 */
final class Shell {
    static final String HELP = "help";
    static final String EXIT = "exit";

    private static final String QUIT = "quit";

    private final Terminal terminal;
    private final CommandParser parser;
    private final Dialogue dialogue;
    private final PrintStream out;
    private final LineReader reader;
    private final DefaultHistory history = new DefaultHistory();
    private final String prompt;

    /**
     * Prepares a conversation.
     *
     * @param history where typed lines are kept; null for nowhere
     */
    Shell(
            Terminal terminal,
            String server,
            Path history,
            CommandParser parser,
            Dialogue dialogue,
            Completion completion,
            PrintStream out) {
        this.terminal = terminal;
        this.parser = parser;
        this.dialogue = dialogue;
        this.out = out;
        this.prompt = Printable.of(server) + "> ";
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(Words.parser())
                .completer(completion)
                .history(this.history)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
                .build();
        if (history != null) {
            reader.setVariable(LineReader.HISTORY_FILE, history);
        }
    }

    /** Converses until the end of the input, and returns the exit status. */
    int run() {
        out.println("help explains the commands, exit or Ctrl-D ends.");
        out.flush();
        try {
            while (true) {
                String line;
                try {
                    line = reader.readLine(prompt);
                } catch (UserInterruptException e) {
                    continue;
                } catch (EndOfFileException e) {
                    return Dialogue.STATUS_OK;
                }
                if (!answer(line)) {
                    return Dialogue.STATUS_OK;
                }
            }
        } finally {
            saveHistory();
        }
    }

    private void saveHistory() {
        try {
            history.save();
        } catch (IOException e) {
            dialogue.complain("the history cannot be kept: " + e);
        }
    }

    /** Does what a line says; returns false if that is to end. */
    private boolean answer(String line) {
        try {
            List<String> words = Words.of(line);
            if (words.isEmpty()) {
                return true;
            }
            switch (words.get(0)) {
                case EXIT, QUIT -> {
                    return false;
                }
                case HELP -> {
                    out.print(help());
                    out.flush();
                }
                default -> ask(parser.parse(words));
            }
        } catch (UsageException e) {
            dialogue.complain(e.getMessage());
        }
        return true;
    }

    private void ask(Question question) {
        Thread asking = Thread.currentThread();
        Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> asking.interrupt());
        try {
            dialogue.ask(question);
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
            Thread.interrupted(); // an interrupt that came too late is not for the next line
        }
    }

    /** Returns the commands, each with what it does. */
    static String help() {
        int width = CommandWord.all().stream()
                .mapToInt(word -> word.synopsis().length())
                .max()
                .orElse(0);
        StringBuilder help = new StringBuilder();
        for (CommandWord word : CommandWord.all()) {
            help.append("  ").append(word.synopsis());
            help.append(" ".repeat(width - word.synopsis().length() + 2));
            help.append(word.does()).append('\n');
        }
        return help.append("""

                A KEY is an integer from 0 to 18446744073709551615. A DAY is YYYY-MM-DD, YYYYMMDD, today, yesterday, or
                -7d for a week ago. Names with blanks or quotes are quoted as in a shell.
                """).toString();
    }
}
