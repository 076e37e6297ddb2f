package io.karmadb.server.cli;

import io.karmadb.client.Days;
import io.karmadb.client.KarmaCommand;
import io.karmadb.client.Request;

/**
 * What is to be asked.
 *
 * @param request for the server
 * @param treeName the tree of a {@code find} over all of its keys, whose answer may be too long to be kept; else null
 * @param days its days; else null
 */
record Question(Request request, String treeName, Days days) {
    boolean isWholeTree() {
        return treeName != null;
    }

    KarmaCommand command() {
        return request.command();
    }
}
