package io.karmadb.server.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An answer, ready to be sent.
 *
 * @param status the status
 * @param type the content type
 * @param body the bytes
 * @param headers further headers
 */
record Reply(HttpResponseStatus status, String type, byte[] body, Map<String, String> headers) {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json; charset=utf-8";

    static Reply ok(String type, byte[] body) {
        return new Reply(HttpResponseStatus.OK, type, body, Map.of());
    }

    static Reply json(byte[] body) {
        return ok(JSON, body);
    }

    /** Makes an answer of one line of text. */
    static Reply text(HttpResponseStatus status, String text) {
        return new Reply(status, TEXT, (text + "\n").getBytes(StandardCharsets.UTF_8), Map.of());
    }

    Reply with(String header, String value) {
        return new Reply(status, type, body, Map.of(header, value));
    }
}
