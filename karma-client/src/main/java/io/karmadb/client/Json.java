package io.karmadb.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;

/** Reading JSON values, each of which must be of the expected type. */
final class Json {
    private static final int NESTING_MAX = 32;

    /** A name per key of a tree must leave nothing behind, hence no table of names. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING_MAX)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private Json() {}

    static JsonFactory factory() {
        return FACTORY;
    }

    static void expect(JsonParser parser, JsonToken expected) throws IOException {
        if (parser.currentToken() != expected) {
            throw new IOException("expected " + expected + ", found " + parser.currentToken() + " at offset "
                    + parser.currentTokenLocation().getByteOffset());
        }
    }

    static String text(JsonParser parser) throws IOException {
        expect(parser, JsonToken.VALUE_STRING);
        return parser.getText();
    }

    static boolean bool(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_FALSE) {
            expect(parser, JsonToken.VALUE_TRUE);
        }
        return parser.currentToken() == JsonToken.VALUE_TRUE;
    }

    static long unsigned(JsonParser parser) throws IOException {
        expect(parser, JsonToken.VALUE_NUMBER_INT);
        return unsigned(parser.getText());
    }

    static long unsigned(String text) throws IOException {
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw new IOException(
                    "expected a number from 0 to 18446744073709551615, found " + text.length() + " other characters",
                    e);
        }
    }

    static double number(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            expect(parser, JsonToken.VALUE_NUMBER_FLOAT);
        }
        return parser.getDoubleValue();
    }
}
