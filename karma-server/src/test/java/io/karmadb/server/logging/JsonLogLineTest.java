package io.karmadb.server.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLogLineTest {
    private final Logger logger = new LoggerContext().getLogger("test");

    private LoggingEvent event(Level level, String message, Throwable thrown, Object... arguments) {
        LoggingEvent event = new LoggingEvent(null, logger, level, message, thrown, arguments);
        event.setInstant(Instant.parse("2026-05-01T10:15:30.007Z"));
        return event;
    }

    private static String text(ILoggingEvent event) {
        return new String(JsonLogLine.encode(event), StandardCharsets.UTF_8);
    }

    private static Map<String, String> members(String line) throws IOException {
        Map<String, String> members = new LinkedHashMap<>();
        try (JsonParser parser = new JsonFactory()
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .createParser(line)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                members.put(name, parser.getText());
            }
            assertThat(parser.nextToken()).isNull();
        }
        return members;
    }

    @Test
    void hasTimeLevelEventAndMessageFirst() {
        LoggingEvent event = event(Level.INFO, "Serving {} of {}", null, 1, "x");
        event.addKeyValuePair(new KeyValuePair("port", 8080));
        event.addKeyValuePair(new KeyValuePair("event", "server.start"));
        event.addKeyValuePair(new KeyValuePair("path", "/a\"b\n"));
        event.addKeyValuePair(new KeyValuePair("on", true));
        assertThat(text(event))
                .isEqualTo("{\"timestamp\":\"2026-05-01T10:15:30.007Z\",\"level\":\"info\",\"event\":\"server.start\","
                        + "\"message\":\"Serving 1 of x\",\"port\":8080,\"path\":\"/a\\\"b\\n\",\"on\":true}\n");
    }

    @Test
    void isOneLineOfJsonWhateverIsInIt() throws IOException {
        LoggingEvent event = event(Level.ERROR, "a\r\nb\u2028\u0000", new IllegalStateException("x\ny"));
        event.addKeyValuePair(new KeyValuePair("message", "twice"));
        event.addKeyValuePair(new KeyValuePair("nothing", null));
        event.addKeyValuePair(new KeyValuePair("nan", Double.NaN));
        String line = text(event);
        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
        assertThat(members(line))
                .containsEntry("message", "a\r\nb\u2028\u0000")
                .containsEntry("event", "log")
                .containsEntry("level", "error")
                .containsEntry("nan", "NaN")
                .hasEntrySatisfying(
                        "stack_trace", trace -> assertThat(trace).contains("IllegalStateException: x\ny", "at "));
    }
}
