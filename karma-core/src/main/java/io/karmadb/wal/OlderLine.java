package io.karmadb.wal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** What a line is that was not found to be a good numbered one. */
enum OlderLine {
    /** A whole JSON object with neither LSN nor CRC, as older servers wrote them. */
    OLDER,
    /** A whole JSON object with both. */
    NUMBERED,
    /** A whole JSON object with only one of them: neither kind. */
    HALF_NUMBERED,
    /** No JSON object, or more than that. */
    BROKEN;

    /** The text is UTF-8 and nothing else, whatever it looks like. */
    private static final JsonFactory JSON =
            JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build();

    /**
     * Looks at a line.
     *
     * @param array holds it
     * @param start where it starts
     * @param length its length without line end
     * @return what it is
     */
    static OlderLine of(byte[] array, int start, int length) {
        boolean lsn = false;
        boolean crc = false;
        try (JsonParser parser = JSON.createParser(array, start, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return BROKEN;
            }
            int depth = 1;
            while (depth > 0) {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    return BROKEN;
                }
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (depth == 1 && token == JsonToken.FIELD_NAME) {
                    lsn |= parser.currentName().equals("lsn");
                    crc |= parser.currentName().equals("crc");
                }
            }
            if (parser.nextToken() != null) {
                return BROKEN;
            }
        } catch (IOException notJson) {
            return BROKEN; // the bytes are in memory, so nothing else can have gone wrong
        }
        if (lsn != crc) {
            return HALF_NUMBERED;
        }
        return lsn ? NUMBERED : OLDER;
    }
}
