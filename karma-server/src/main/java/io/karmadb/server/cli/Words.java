package io.karmadb.server.cli;

import java.util.List;
import org.jline.reader.EOFError;
import org.jline.reader.Parser;
import org.jline.reader.SyntaxError;
import org.jline.reader.impl.DefaultParser;

/** Lines as words, with quotes and backslashes as in a shell. */
final class Words {
    private static final Parser PARSER = parser();

    private Words() {}

    /** Returns what the reader of a terminal takes lines apart with. */
    static Parser parser() {
        return new DefaultParser().eofOnUnclosedQuote(true);
    }

    /**
     * Splits a line.
     *
     * @return no words for a line that is blank
     * @throws UsageException if a quote is not closed
     */
    static List<String> of(String line) throws UsageException {
        if (line.isBlank()) {
            return List.of();
        }
        try {
            return PARSER.parse(line.strip(), 0, Parser.ParseContext.ACCEPT_LINE)
                    .words();
        } catch (EOFError e) {
            throw new UsageException("a quote is not closed, or a backslash ends the line");
        } catch (SyntaxError e) {
            throw new UsageException(e.getMessage());
        }
    }
}
