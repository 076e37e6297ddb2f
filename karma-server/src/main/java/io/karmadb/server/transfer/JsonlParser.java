package io.karmadb.server.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.karmadb.server.terminal.Printable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads lines of JSON: an object with exactly the four fields. */
final class JsonlParser implements RowParser {
    private static final String SHAPE = "it must be an object with the fields tree, key, day and count";

    private final JsonFactory json = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // every line may have other ones
            .build();

    private String tree;

    @Override
    public void parse(byte[] array, int start, int length, Row into) throws BadRowException {
        CharBuffer text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(array, start, length));
        } catch (CharacterCodingException e) {
            throw new BadRowException("it is not valid UTF-8");
        }
        try (JsonParser parser = json.createParser(text.array(), 0, text.limit())) {
            parse(parser, into);
        } catch (JsonProcessingException e) {
            throw new BadRowException("it is not valid JSON: " + Printable.of(e.getOriginalMessage()));
        } catch (IOException e) {
            throw new IllegalStateException("reading an array cannot fail", e);
        }
    }

    private void parse(JsonParser parser, Row into) throws IOException, BadRowException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new BadRowException(SHAPE);
        }
        int fields = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case Fields.TREE -> into.tree = tree(parser, value);
                case Fields.KEY -> {
                    byte[] digits = digits(name, parser, value);
                    into.key = Fields.number(name, digits, 0, digits.length);
                }
                case Fields.DAY -> {
                    byte[] digits = digits(name, parser, value);
                    into.day = Fields.day(pad(digits), 0, Math.max(8, digits.length));
                }
                case Fields.COUNT -> {
                    byte[] digits = digits(name, parser, value);
                    into.count = Fields.number(name, digits, 0, digits.length);
                }
                default -> throw new BadRowException("there is no field " + Fields.shown(name));
            }
            fields++;
        }
        if (fields != 4) { // each at most once
            throw new BadRowException(SHAPE);
        }
        if (parser.nextToken() != null) {
            throw new BadRowException("something follows the object");
        }
    }

    private String tree(JsonParser parser, JsonToken value) throws IOException, BadRowException {
        if (value != JsonToken.VALUE_STRING) {
            throw new BadRowException("tree must be a string");
        }
        String name = parser.getText();
        if (!name.equals(tree)) {
            tree = Fields.requireName(name);
        }
        return tree;
    }

    private static byte[] digits(String field, JsonParser parser, JsonToken value) throws IOException, BadRowException {
        if (value != JsonToken.VALUE_NUMBER_INT) {
            throw new BadRowException(field + " must be an integer without quotes, fraction or exponent");
        }
        return parser.getText().getBytes(StandardCharsets.US_ASCII);
    }

    /** A number has no zeros before it, which a day of the first thousand years has in CSV. */
    private static byte[] pad(byte[] digits) {
        if (digits.length >= 8) {
            return digits;
        }
        byte[] padded = "00000000".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, padded, 8 - digits.length, digits.length);
        return padded;
    }
}
