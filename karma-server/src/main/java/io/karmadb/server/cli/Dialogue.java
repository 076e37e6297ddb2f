package io.karmadb.server.cli;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.karmadb.client.DayCounts;
import io.karmadb.client.KarmaClient;
import io.karmadb.client.KarmaClientException;
import io.karmadb.client.KarmaServerException;
import io.karmadb.server.terminal.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntSupplier;

/** Asks questions, and prints the answers. For one thread. */
final class Dialogue {
    /** The server did what it was asked for. */
    static final int STATUS_OK = 0;

    /** The server answered with an error, or the answer could not be printed. */
    static final int STATUS_REFUSED = 1;

    /** The question was none. */
    static final int STATUS_USAGE = 2;

    /** There was no connection, or it was lost. */
    static final int STATUS_UNREACHABLE = 3;

    private static final int FLUSH_KEYS = 256;

    private final KarmaClient client;
    private final OutputFormat format;
    private final PrintStream out;
    private final PrintStream err;
    private final IntSupplier columns;

    Dialogue(KarmaClient client, OutputFormat format, PrintStream out, PrintStream err, IntSupplier columns) {
        this.client = client;
        this.format = format;
        this.out = out;
        this.err = err;
        this.columns = columns;
    }

    /** Asks, prints the answer or what went wrong, and returns the exit status. */
    int ask(Question question) {
        try {
            boolean done = question.isWholeTree() ? askForTree(question) : print(question, exchange(question));
            if (out.checkError()) { // flushes, too
                complain("the answer cannot be written to the standard output");
                return STATUS_REFUSED;
            }
            return done ? STATUS_OK : STATUS_REFUSED;
        } catch (KarmaServerException e) {
            refused(e.getMessage(), e.codeText());
            return STATUS_REFUSED;
        } catch (KarmaClientException e) {
            complain(e.getMessage());
            return STATUS_UNREACHABLE;
        } catch (IOException e) {
            complain(
                    e.getCause() instanceof KarmaClientException
                            ? e.getMessage()
                            : "the answer is not what the protocol says: " + e.getMessage());
            return STATUS_UNREACHABLE;
        }
    }

    private String exchange(Question question) {
        return client.exchange(question.request());
    }

    private boolean print(Question question, String line) throws IOException {
        AnswerLine answer = AnswerLine.parse(line);
        if (format == OutputFormat.RAW) {
            out.println(line);
        } else if (format == OutputFormat.JSON && answer.success()) {
            out.println(answer.response());
        } else if (answer.success()) {
            out.print(AnswerText.of(question.command(), answer.response(), columns.getAsInt()));
        }
        if (!answer.success()) {
            refused(answer.response(), answer.code());
        }
        return answer.success();
    }

    private void refused(String message, String code) {
        if (format == OutputFormat.JSON) {
            out.println("{\"error_code\":" + quote(String.valueOf(code)) + ",\"message\":" + quote(message) + "}");
            out.flush();
        }
        complain(message + " (" + code + ")");
    }

    private static String quote(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    void complain(String message) {
        out.flush();
        err.println("karma cli: " + Printable.of(message));
        err.flush();
    }

    private boolean askForTree(Question question) throws IOException {
        if (format == OutputFormat.RAW) {
            return copy(question);
        }
        TreePrinter printer = format == OutputFormat.JSON ? new JsonTree() : new TableOfTree();
        client.findAll(question.treeName(), question.days(), (key, days) -> {
            printer.print(Long.toUnsignedString(key), days);
            return ++printer.keys % FLUSH_KEYS != 0 || !out.checkError();
        });
        printer.end();
        return true;
    }

    /** Copies the line as it comes. An error is short, and looked at when it has been printed. */
    private boolean copy(Question question) throws IOException {
        byte[] buffer = new byte[8192];
        StringBuilder start = new StringBuilder();
        try (InputStream in = client.stream(question.request())) {
            for (int n = in.read(buffer); n >= 0 && !out.checkError(); n = in.read(buffer)) {
                out.write(buffer, 0, n);
                if (start.length() < buffer.length) {
                    start.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
                }
            }
        }
        out.println();
        if (start.indexOf("\"success\":false") < 0) {
            return true;
        }
        AnswerLine answer = AnswerLine.parse(start.toString());
        refused(answer.response(), answer.code());
        return false;
    }

    private abstract static class TreePrinter {
        private long keys;

        abstract void print(String key, DayCounts days);

        abstract void end();

        long keys() {
            return keys;
        }
    }

    private final class JsonTree extends TreePrinter {
        @Override
        void print(String key, DayCounts days) {
            out.print((keys() == 0 ? "{\"" : ",\"") + key + "\":" + days);
        }

        @Override
        void end() {
            out.println(keys() == 0 ? "{}" : "}");
        }
    }

    private final class TableOfTree extends TreePrinter {
        @Override
        void print(String key, DayCounts days) {
            if (keys() == 0) {
                out.printf(Locale.ROOT, "%20s  %-10s  %s\n", "key", "day", "count");
            }
            if (days.size() == 0) {
                out.printf(Locale.ROOT, "%20s  %-10s\n", key, "-");
            }
            for (int i = 0; i < days.size(); i++) {
                String day = DayText.print(Integer.toString(days.day(i)));
                out.printf(Locale.ROOT, "%20s  %-10s  %s\n", key, day, Long.toUnsignedString(days.count(i)));
            }
        }

        @Override
        void end() {
            if (keys() == 0) {
                out.println("No keys.");
            }
        }
    }
}
