package io.karmadb.server.cli;

import java.util.List;

/** Days and their counts, with a bar for each. */
final class BarChart {
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉";
    private static final int BAR_MAX = 60;
    private static final int BAR_MIN = 8;
    private static final int SEPARATORS = 4;

    /**
     * A day.
     *
     * @param label what to call it
     * @param count unsigned
     */
    record Day(String label, long count) {}

    private BarChart() {}

    /**
     * Draws.
     *
     * @param days in the order in which they are shown
     * @param columns how wide it may be
     * @return a line for each, with its end
     */
    static String draw(List<Day> days, int columns) {
        int label = 0;
        int count = 0;
        double max = 0;
        for (Day day : days) {
            label = Math.max(label, day.label().length());
            count = Math.max(count, Long.toUnsignedString(day.count()).length());
            max = Math.max(max, size(day.count()));
        }
        int width = Math.max(BAR_MIN, Math.min(BAR_MAX, columns - label - count - SEPARATORS));
        StringBuilder chart = new StringBuilder();
        for (Day day : days) {
            String number = Long.toUnsignedString(day.count());
            chart.append(day.label()).append(" ".repeat(label - day.label().length() + 2));
            chart.append(" ".repeat(count - number.length())).append(number);
            String bar = bar(max == 0 ? 0 : size(day.count()) / max * width);
            chart.append(bar.isEmpty() ? "" : "  ").append(bar).append('\n');
        }
        return chart.toString();
    }

    /** A bar of so many columns; of more than none, something is seen. */
    private static String bar(double length) {
        int eighths = length > 0 ? Math.max(1, (int) Math.round(length * EIGHTHS.length())) : 0;
        String whole = "█".repeat(eighths / EIGHTHS.length());
        int rest = eighths % EIGHTHS.length();
        return rest == 0 ? whole : whole + EIGHTHS.charAt(rest);
    }

    private static double size(long unsigned) {
        return unsigned >= 0 ? unsigned : (unsigned >>> 1) * 2.0;
    }
}
