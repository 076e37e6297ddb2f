package io.karmadb.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * Reads answers. Whether a request succeeded must come before its response, as servers write it: a response may be too
 * long to be kept until then.
 */
final class AnswerReader {
    private AnswerReader() {}

    /**
     * Reads an answer.
     *
     * @param parser before the first token
     * @param command what was asked
     * @param reader makes the result
     * @return the result
     * @throws KarmaServerException if the answer is an error
     * @throws IOException if the answer is not what the protocol says
     */
    static <T> T read(JsonParser parser, KarmaCommand command, ResponseReader<T> reader) throws IOException {
        parser.nextToken();
        Json.expect(parser, JsonToken.START_OBJECT);
        boolean successSeen = false;
        boolean success = false;
        boolean answered = false;
        T result = null;
        String message = null;
        String code = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            switch (name) {
                case "success" -> {
                    success = Json.bool(parser);
                    successSeen = true;
                }
                case "response" -> {
                    if (!successSeen) {
                        throw new IOException("expected success before response");
                    }
                    if (success) {
                        result = reader.read(parser);
                    } else {
                        message = Json.text(parser);
                    }
                    answered = true;
                }
                case "error_code" -> code = token == JsonToken.VALUE_NULL ? null : Json.text(parser);
                default -> parser.skipChildren();
            }
        }
        Json.expect(parser, JsonToken.END_OBJECT);
        if (!answered || parser.nextToken() != null) {
            throw new IOException(answered ? "the line goes on after its object" : "expected a field response");
        }
        if (!success) {
            throw KarmaServerException.of(command, message, String.valueOf(code));
        }
        return result;
    }

    static <T> T read(byte[] line, KarmaCommand command, ResponseReader<T> reader) throws IOException {
        try (JsonParser parser = Json.factory().createParser(line)) {
            return read(parser, command, reader);
        }
    }
}
