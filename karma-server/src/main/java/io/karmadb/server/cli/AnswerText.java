package io.karmadb.server.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.karmadb.client.KarmaCommand;
import io.karmadb.server.terminal.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers for people. */
final class AnswerText {
    private AnswerText() {}

    /**
     * Prints a result.
     *
     * @param command what was asked
     * @param json what came of it
     * @param columns how wide the text may be
     * @return lines with their ends
     */
    static String of(KarmaCommand command, String json, int columns) throws IOException {
        return switch (command) {
            case INCREMENT, DECREMENT, DELETE -> "OK\n";
            case FIND -> days(json, columns);
            case METRICS -> lines(AnswerLine.text(json));
            default -> any(json);
        };
    }

    private static String lines(String text) {
        StringBuilder lines = new StringBuilder();
        text.lines().forEach(line -> lines.append(Printable.of(line)).append('\n'));
        return lines.toString();
    }

    private static String days(String json, int columns) throws IOException {
        List<BarChart.Day> days = new ArrayList<>();
        try (JsonParser parser = AnswerLine.JSON.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String day = Printable.of(DayText.print(parser.currentName()));
                parser.nextToken();
                days.add(new BarChart.Day(day, Long.parseUnsignedLong(parser.getText())));
            }
        } catch (NumberFormatException e) {
            throw new IOException("a count that is no number", e);
        }
        return days.isEmpty() ? "No days.\n" : BarChart.draw(days, columns);
    }

    /** A value of any kind: a list as lines, an object as a table, anything else as it is. */
    private static String any(String json) throws IOException {
        try (JsonParser parser = AnswerLine.JSON.createParser(json)) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_ARRAY) {
                StringBuilder lines = new StringBuilder();
                list(parser).forEach(item -> lines.append(item).append('\n'));
                return lines.toString();
            }
            if (token != JsonToken.START_OBJECT) {
                return Printable.of(parser.getText()) + "\n";
            }
            return table(fields(parser));
        }
    }

    private static List<String> list(JsonParser parser) throws IOException {
        List<String> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(Printable.of(parser.getText()));
            parser.skipChildren();
        }
        return items;
    }

    private static Map<String, List<String>> fields(JsonParser parser) throws IOException {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = Printable.of(parser.currentName().replace('_', ' '));
            JsonToken token = parser.nextToken();
            fields.put(name, token == JsonToken.START_ARRAY ? list(parser) : List.of(Printable.of(parser.getText())));
            parser.skipChildren();
        }
        return fields;
    }

    private static String table(Map<String, List<String>> fields) {
        int width = fields.keySet().stream().mapToInt(String::length).max().orElse(0);
        StringBuilder table = new StringBuilder();
        fields.forEach((name, values) -> {
            String label = name;
            for (String value : values) {
                table.append(label).append(" ".repeat(width - label.length() + 2));
                table.append(value).append('\n');
                label = "";
            }
        });
        return table.toString();
    }
}
