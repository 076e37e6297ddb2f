package io.karmadb.server.network;

import io.karmadb.DeferredTree;
import io.karmadb.server.command.Authenticator;
import io.karmadb.server.command.PointCommands;
import io.karmadb.server.protocol.Request;
import io.karmadb.server.protocol.RequestParser;

/** A request line and what can be said of it before it is carried out. Reused; for one event loop. */
final class ParsedLine {
    private static final int BYTES = 512;
    private static final int BYTES_KEPT = 8 * 1024;

    final Request request = new Request();

    /** What makes it no request, or null. */
    String problem;

    /** Whether its token is the right one, or none is needed; meaningless for what is no request. */
    boolean accepted;

    /** What its command lacks, or null; meaningless for what is no request or not accepted. */
    String invalid;

    /** The tree if it is about one key, else null. */
    DeferredTree tree;

    private byte[] line = new byte[BYTES];
    private int length;
    private int consumed;

    /**
     * Reads a line ahead and parses it.
     *
     * @param from has the line
     * @param bytes what {@link LineBuffer#next} has returned
     */
    void parse(LineBuffer from, int bytes, RequestParser parser, Authenticator authenticator, TreeCache trees) {
        if (line.length < bytes || line.length > BYTES_KEPT && bytes <= BYTES_KEPT) {
            line = new byte[Math.max(BYTES, bytes)];
        }
        consumed = bytes;
        length = from.peek(bytes, line);
        problem = parser.parse(line, length, request);
        accepted = false;
        invalid = null;
        tree = null;
        if (problem == null && request.command() != null) {
            accepted = authenticator.accepts(request);
            invalid = accepted ? request.validate() : null;
            if (accepted && invalid == null && PointCommands.isPoint(request)) {
                tree = trees.get(request.tree(), request.treeLength());
            }
        }
    }

    byte[] line() {
        return line;
    }

    /** Returns the line's length without its line end. */
    int length() {
        return length;
    }

    /** Returns how many bytes to {@link LineBuffer#consume} when it is carried out. */
    int consumed() {
        return consumed;
    }
}
