package io.karmadb.server.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;

/**
 * An answer, taken apart.
 *
 * @param success whether the server did what it was asked for
 * @param response the result as the server wrote it; of an error, its text
 * @param code the error's code; null if there is none
 */
record AnswerLine(boolean success, String response, String code) {
    static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /**
     * Reads a line.
     *
     * @throws IOException if it is no answer
     */
    static AnswerLine parse(String line) throws IOException {
        boolean success = false;
        String json = null;
        String code = null;
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not an object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                int start = (int) parser.currentTokenLocation().getCharOffset();
                if (name.equals("success")) {
                    success = token == JsonToken.VALUE_TRUE;
                } else if (name.equals("error_code")) {
                    code = parser.getValueAsString();
                }
                if (token.isScalarValue()) {
                    parser.getText(); // has it read to its end
                }
                parser.skipChildren();
                if (name.equals("response")) {
                    json = line.substring(start, (int) parser.currentLocation().getCharOffset());
                }
            }
        }
        if (json == null) {
            throw new IOException("no response");
        }
        return new AnswerLine(success, success ? json : text(json), code);
    }

    /** Returns the text of a JSON string. */
    static String text(String json) throws IOException {
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            return parser.getText();
        }
    }
}
