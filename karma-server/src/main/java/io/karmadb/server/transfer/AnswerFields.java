package io.karmadb.server.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * What an answer says.
 *
 * @param response the text of its response, or null without one
 * @param code its error code, or null without one
 */
record AnswerFields(String response, String code) {
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Reads an answer.
     *
     * @throws IOException if it is no JSON
     */
    static AnswerFields of(byte[] answer) throws IOException {
        String response = null;
        String code = null;
        try (JsonParser parser = JSON.createParser(answer)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("response")) {
                    response = parser.getText();
                } else if (name.equals("error_code") && value != JsonToken.VALUE_NULL) {
                    code = parser.getText();
                } else {
                    parser.skipChildren();
                }
            }
        }
        return new AnswerFields(response, code);
    }
}
