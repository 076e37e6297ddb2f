package io.karmadb.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Makes answers in JSON. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Writes a value. */
    @FunctionalInterface
    interface Content {
        void writeTo(JsonGenerator json) throws IOException;
    }

    private Json() {}

    /** Makes an answer of an object with the fields that the content writes. */
    static Reply object(Content fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            fields.writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return Reply.json(out.toByteArray());
    }

    /** Writes an unsigned number as text: it may be greater than what a browser's numbers hold. */
    static void unsigned(JsonGenerator json, String field, long value) throws IOException {
        json.writeStringField(field, Long.toUnsignedString(value));
    }
}
