package io.karmadb.server.command;

import io.karmadb.server.protocol.Responses;
import io.netty.buffer.ByteBuf;

/**
 * The answer of a command that ran on a worker: immutable, so that the event loop can write it.
 *
 * @param response the JSON value of the field {@code response}, or null if it failed
 * @param failure what went wrong, or null
 * @param lsn what it rests on, 0 for nothing or if the command has waited for that itself
 */
public record Answer(String response, Failure failure, long lsn) {
    static Answer json(String response) {
        return new Answer(response, null, 0);
    }

    /**
     * Makes the answer of a failed command.
     *
     * @param failure what went wrong
     * @return a new answer
     */
    public static Answer failed(Failure failure) {
        return new Answer(null, failure, failure.lsn());
    }

    /**
     * Writes the answer.
     *
     * @param out receives the line
     */
    public void write(ByteBuf out) {
        if (failure != null) {
            Responses.error(out, failure.code(), failure.message());
            return;
        }
        Responses.begin(out);
        Responses.json(out, response);
        Responses.end(out);
    }
}
