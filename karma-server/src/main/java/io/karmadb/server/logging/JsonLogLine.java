package io.karmadb.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.event.KeyValuePair;

/** Turns a logging event into one line of JSON. */
final class JsonLogLine {
    private static final String EVENT = "event";
    private static final String EVENT_DEFAULT = "log";
    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final StringBuilder json = new StringBuilder(256);
    private final Set<String> names = new HashSet<>();

    private JsonLogLine() {}

    /** Returns the line, line end included. */
    static byte[] encode(ILoggingEvent event) {
        JsonLogLine line = new JsonLogLine();
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        line.json.append('{');
        line.member("timestamp", MILLIS.format(Instant.ofEpochMilli(event.getTimeStamp())));
        line.member("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
        line.member(EVENT, eventOf(pairs));
        line.member("message", event.getFormattedMessage());
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                line.member(pair.key, pair.value);
            }
        }
        if (event.getThrowableProxy() != null) {
            line.member("stack_trace", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        line.json.append("}\n");
        return line.json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Object eventOf(List<KeyValuePair> pairs) {
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                if (EVENT.equals(pair.key)) {
                    return pair.value;
                }
            }
        }
        return EVENT_DEFAULT;
    }

    /** Adds a member unless there is one of that name already. */
    private void member(String name, Object value) {
        if (!names.add(name)) {
            return;
        }
        if (json.length() > 1) {
            json.append(',');
        }
        quote(name);
        json.append(':');
        if (value == null || value instanceof Boolean || isPlainNumber(value)) {
            json.append(value);
        } else {
            quote(value.toString());
        }
    }

    private static boolean isPlainNumber(Object value) {
        return value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte;
    }

    private void quote(String text) {
        json.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, json);
        json.append('"');
    }
}
