package io.karmadb.server.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What a request asks for.
 *
 * @param path decoded
 * @param parameters decoded
 * @param accept the header of that name, or null
 * @param abandoned says whether nobody waits for the answer any more
 */
record Query(String path, Map<String, List<String>> parameters, String accept, BooleanSupplier abandoned) {
    private static final int PARAMETERS_MAX = 16;

    static Query of(String uri, String accept, BooleanSupplier abandoned) throws RefusedException {
        try {
            QueryStringDecoder decoder = new QueryStringDecoder(uri, StandardCharsets.UTF_8, true, PARAMETERS_MAX);
            return new Query(decoder.path(), decoder.parameters(), accept, abandoned);
        } catch (IllegalArgumentException e) {
            throw bad("The request's address is not well-formed");
        }
    }

    /** Returns a parameter that must be there, once. */
    String required(String name) throws RefusedException {
        String value = optional(name, null);
        if (value == null) {
            throw bad("Parameter " + name + " is required");
        }
        return value;
    }

    String optional(String name, String fallback) throws RefusedException {
        List<String> values = parameters.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw bad("Parameter " + name + " is given more than once");
        }
        return values.isEmpty() ? fallback : values.get(0);
    }

    int integer(String name, int fallback, int min, int max) throws RefusedException {
        String text = optional(name, null);
        if (text == null) {
            return fallback;
        }
        try {
            int value = Integer.parseInt(text);
            if (min <= value && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw notInteger(name, min, max);
        }
        throw notInteger(name, min, max);
    }

    /** Returns an unsigned 64-bit number that must be there. */
    long unsigned(String name) throws RefusedException {
        String text = required(name);
        try {
            if (!text.isEmpty() && Character.isDigit(text.charAt(0))) {
                return Long.parseUnsignedLong(text);
            }
        } catch (NumberFormatException e) {
            throw notUnsigned(name);
        }
        throw notUnsigned(name);
    }

    private static RefusedException notInteger(String name, int min, int max) {
        return bad("Parameter " + name + " must be an integer from " + min + " to " + max);
    }

    private static RefusedException notUnsigned(String name) {
        return bad("Parameter " + name + " must be an integer from 0 to 18446744073709551615");
    }

    private static RefusedException bad(String message) {
        return new RefusedException(HttpResponseStatus.BAD_REQUEST, message);
    }
}
