package io.karmadb.server.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/** A request that cannot be answered as it is; the message is for the client. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient HttpResponseStatus status;

    RefusedException(HttpResponseStatus status, String message) {
        super(message);
        this.status = status;
    }

    Reply reply() {
        return Reply.text(status, getMessage());
    }
}
