package io.karmadb.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;

/**
 * Commands from a pipe or a file, one a line. Empty lines and those that start with {@code #} are skipped. A command that
 * fails does not keep the next ones from being asked, but a server that cannot be reached does.
 */
final class Batch {
    private static final int LINE_LENGTH_MAX = 1 << 20;

    private final CommandParser parser;
    private final Dialogue dialogue;
    private int status = Dialogue.STATUS_OK;

    Batch(CommandParser parser, Dialogue dialogue) {
        this.parser = parser;
        this.dialogue = dialogue;
    }

    /** Asks everything, and returns the worst exit status. */
    int run(BufferedReader in) throws IOException {
        for (int number = 1; status != Dialogue.STATUS_UNREACHABLE; number++) {
            String line = readLine(in);
            if (line == null) {
                break;
            }
            if (!line.startsWith("#")) {
                ask(line, number);
            }
        }
        return status;
    }

    private void ask(String line, int number) {
        try {
            List<String> words = Words.of(line);
            if (!words.isEmpty()) {
                status = Math.max(status, dialogue.ask(parser.parse(words)));
            }
        } catch (UsageException e) {
            dialogue.complain("line " + number + ": " + e.getMessage());
            status = Math.max(status, Dialogue.STATUS_USAGE);
        }
    }

    private static String readLine(BufferedReader in) throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        if (c < 0) {
            return null;
        }
        for (; c >= 0 && c != '\n'; c = in.read()) {
            if (line.length() == LINE_LENGTH_MAX) {
                throw new IOException("a line is longer than " + LINE_LENGTH_MAX + " characters");
            }
            line.append((char) c);
        }
        return line.toString();
    }
}
