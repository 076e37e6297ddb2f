package io.karmadb.server.network;

import io.karmadb.DeferredTree;
import io.karmadb.server.command.Access;
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

    /** What its token allows; meaningless for what is no request. */
    Access access;

    /** What its command lacks, or null; meaningless for what is no request or not accepted. */
    String invalid;

    /** The tree if it is about one key and there is a store, else null. */
    DeferredTree tree;

    private byte[] line = new byte[BYTES];
    private int length;
    private int consumed;

    /**
     * Reads a line ahead and parses it.
     *
     * @param from has the line
     * @param bytes what {@link LineBuffer#next} has returned
     * @param trees null if there is no store yet
     */
    void parse(LineBuffer from, int bytes, RequestParser parser, Authenticator authenticator, TreeCache trees) {
        if (line.length < bytes || line.length > BYTES_KEPT && bytes <= BYTES_KEPT) {
            line = new byte[Math.max(BYTES, bytes)];
        }
        consumed = bytes;
        length = from.peek(bytes, line);
        problem = parser.parse(line, length, request);
        access = Access.NONE;
        invalid = null;
        tree = null;
        if (problem == null && request.command() != null) {
            access = authenticator.access(request);
            invalid = access == Access.NONE ? null : request.validate();
            if (isAllowed() && invalid == null && trees != null && PointCommands.isPoint(request)) {
                tree = trees.get(request.tree(), request.treeLength());
            }
        }
    }

    /** Says whether the token allows the command. */
    boolean isAllowed() {
        return access == Access.ALL
                || access == Access.READ && request.command().isReadOnly();
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
