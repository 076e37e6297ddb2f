package io.karmadb.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the responses of the commands are. Fields that this client does not know are skipped. */
final class ResponseReaders {
    private ResponseReaders() {}

    /** For commands whose response says no more than that they succeeded. */
    static Void nothing(JsonParser parser) throws IOException {
        parser.skipChildren();
        return null;
    }

    static List<String> texts(JsonParser parser) throws IOException {
        Json.expect(parser, JsonToken.START_ARRAY);
        List<String> texts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            texts.add(Json.text(parser));
        }
        return List.copyOf(texts);
    }

    static DayCounts days(JsonParser parser) throws IOException {
        Json.expect(parser, JsonToken.START_OBJECT);
        DayCounts.Collector days = new DayCounts.Collector();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            int day = day(parser.currentName());
            parser.nextToken();
            days.add(day, Json.unsigned(parser));
        }
        Json.expect(parser, JsonToken.END_OBJECT);
        return days.done();
    }

    private static int day(String text) throws IOException {
        long day = Json.unsigned(text);
        if (day < 0 || day > Integer.MAX_VALUE) {
            throw new IOException("expected a day, found " + Long.toUnsignedString(day));
        }
        return (int) day;
    }

    /** Returns a reader that shows a visitor the keys of a tree, and says whether it has seen all of them. */
    static ResponseReader<Boolean> keys(CounterVisitor visitor) {
        return parser -> {
            Json.expect(parser, JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                long key = Json.unsigned(parser.currentName());
                parser.nextToken();
                if (!visitor.visit(key, days(parser))) {
                    throw new VisitorEnd();
                }
            }
            Json.expect(parser, JsonToken.END_OBJECT);
            return true;
        };
    }

    static Map<Long, DayCounts> tree(JsonParser parser) throws IOException {
        Map<Long, DayCounts> tree = new LinkedHashMap<>();
        keys((key, days) -> {
                    tree.put(key, days);
                    return true;
                })
                .read(parser);
        return Collections.unmodifiableMap(tree);
    }

    /** The visitor wants to see no more. */
    static final class VisitorEnd extends IOException {
        private static final long serialVersionUID = 1L;
    }

    static Health health(JsonParser parser) throws IOException {
        Fields fields = Fields.read(parser);
        return new Health(
                fields.text("status"),
                fields.number("uptime_seconds"),
                fields.number("wal_enabled") != 0,
                fields.texts.getOrDefault("message", ""));
    }

    static Statistics statistics(JsonParser parser) throws IOException {
        Fields fields = Fields.read(parser);
        return new Statistics(
                fields.number("uptime_seconds"),
                fields.number("trees"),
                fields.number("keys"),
                fields.number("dump_count"),
                fields.number("wal_enabled") != 0,
                fields.number("wal_bytes"),
                fields.number("memory_bytes"),
                fields.number("command_count"),
                fields.number("error_count"),
                fields.decimal("latency_ms_avg"),
                fields.decimal("latency_ms_last"));
    }

    static Verification verification(JsonParser parser) throws IOException {
        Fields fields = Fields.read(parser);
        return new Verification(
                fields.text("status"),
                fields.number("dump_count"),
                fields.number("trees"),
                fields.number("keys"),
                fields.lists.getOrDefault("problems", List.of()));
    }

    /** The fields of an object; a number or truth that a server does not tell is 0. */
    private static final class Fields {
        private final Map<String, String> texts = new HashMap<>();
        private final Map<String, Double> decimals = new HashMap<>();
        private final Map<String, Long> numbers = new HashMap<>();
        private final Map<String, List<String>> lists = new HashMap<>();

        static Fields read(JsonParser parser) throws IOException {
            Json.expect(parser, JsonToken.START_OBJECT);
            Fields fields = new Fields();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                fields.add(name, parser.nextToken(), parser);
            }
            Json.expect(parser, JsonToken.END_OBJECT);
            return fields;
        }

        private void add(String name, JsonToken token, JsonParser parser) throws IOException {
            switch (token) {
                case VALUE_STRING -> texts.put(name, parser.getText());
                case VALUE_TRUE, VALUE_FALSE -> numbers.put(name, token == JsonToken.VALUE_TRUE ? 1L : 0L);
                case VALUE_NUMBER_INT -> {
                    decimals.put(name, parser.getDoubleValue());
                    numbers.put(name, parser.getText().startsWith("-") ? 0L : Json.unsigned(parser));
                }
                case VALUE_NUMBER_FLOAT -> decimals.put(name, parser.getDoubleValue());
                case START_ARRAY -> lists.put(name, strings(parser));
                default -> parser.skipChildren();
            }
        }

        private static List<String> strings(JsonParser parser) throws IOException {
            List<String> strings = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() == JsonToken.VALUE_STRING) {
                    strings.add(parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            return strings;
        }

        String text(String name) throws IOException {
            String text = texts.get(name);
            if (text == null) {
                throw new IOException("expected a field " + name + " in the response");
            }
            return text;
        }

        long number(String name) {
            return numbers.getOrDefault(name, 0L);
        }

        double decimal(String name) {
            return decimals.getOrDefault(name, 0.0);
        }
    }
}
