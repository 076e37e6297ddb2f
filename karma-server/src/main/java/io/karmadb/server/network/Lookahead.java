package io.karmadb.server.network;

import io.karmadb.server.command.Authenticator;
import io.karmadb.server.protocol.RequestParser;

/**
 * The next lines of one connection, parsed before the first of them is carried out, so that their counters are on the way
 * from memory together: one after the other, each command would wait for its own. Shared by the connections of an event
 * loop; what is left when a connection has to stop is read again in its next turn.
 */
final class Lookahead {
    /** About as many reads of memory as a processor keeps under way. */
    private static final int LINES_MAX = 16;

    private final RequestParser parser = new RequestParser();
    private final Authenticator authenticator;
    private TreeCache trees;
    private final ParsedLine[] lines = new ParsedLine[LINES_MAX];
    private int end;

    Lookahead(Authenticator authenticator) {
        this.authenticator = authenticator;
        for (int i = 0; i < LINES_MAX; i++) {
            lines[i] = new ParsedLine();
        }
    }

    /** Sets where trees are found from now on; before that no line has one. */
    void serve(TreeCache found) {
        trees = found;
    }

    /**
     * Parses lines.
     *
     * @param from has them
     * @param inputEnded whether what is left without a line end is a line
     * @param most how many at most
     * @return how many
     */
    int parse(LineBuffer from, boolean inputEnded, int most) {
        int limit = Math.min(most, LINES_MAX);
        int count = 0;
        end = 0;
        while (count < limit) {
            int bytes = from.next(inputEnded);
            if (bytes < 0) {
                end = bytes;
                break;
            }
            lines[count++].parse(from, bytes, parser, authenticator, trees);
        }
        for (int i = 0; count > 1 && i < count; i++) {
            if (lines[i].tree != null) {
                lines[i].tree.prefetch(lines[i].request.key());
            }
        }
        return count;
    }

    ParsedLine get(int index) {
        return lines[index];
    }

    /** Returns what ended the last {@link #parse}: {@link LineBuffer#NONE}, {@link LineBuffer#TOO_LONG}, or 0. */
    int end() {
        return end;
    }
}
