package io.karmadb.server.cli;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Days as people write them. */
final class DayText {
    private static final Pattern AGO = Pattern.compile("-([0-9]{1,6})d");
    private static final DateTimeFormatter WITH_DASHES =
            DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter WITHOUT =
            DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    private DayText() {}

    /**
     * Reads a day.
     *
     * @param text {@code 2026-05-01}, {@code 20260501}, {@code today}, {@code yesterday}, or {@code -7d} for a week ago
     * @param today what today is
     * @throws UsageException if it is none of them
     */
    static LocalDate parse(String text, LocalDate today) throws UsageException {
        Matcher ago = AGO.matcher(text);
        if (text.equals("today")) {
            return today;
        } else if (text.equals("yesterday")) {
            return today.minusDays(1);
        } else if (ago.matches()) {
            return today.minusDays(Integer.parseInt(ago.group(1)));
        }
        try {
            return LocalDate.parse(text, text.indexOf('-') >= 0 ? WITH_DASHES : WITHOUT);
        } catch (DateTimeException e) {
            throw new UsageException(
                    "a day is YYYY-MM-DD, YYYYMMDD, today, yesterday, or -7d for a week ago, not \"" + text + "\"");
        }
    }

    /** Writes a day of the protocol with dashes, if it is a date. */
    static String print(String day) {
        return day.length() == 8 ? day.substring(0, 4) + "-" + day.substring(4, 6) + "-" + day.substring(6) : day;
    }
}
