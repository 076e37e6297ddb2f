package io.karmadb.server.options;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One option's text, from the command line or else from its environment variable, and what it means. Errors name where
 * the text came from.
 */
final class OptionSource {
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,7}(\\.[0-9]{1,9})?");
    private static final Pattern BYTES = Pattern.compile("([0-9]{1,9})(KiB|MiB|GiB)?|([0-9]{1,18})");
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB");
    private static final int UNIT_BITS = 10;
    private static final long TIMEOUT_SECONDS_MAX = 1_000_000;

    /** What Java makes of bytes that mean nothing in the locale. */
    private static final char UNREADABLE = '\uFFFD';

    private final String option;
    private final String name;
    private final String text;

    /**
     * @param option with its dashes
     * @param name what it is called where the text is from
     * @param text null if it is not given
     */
    OptionSource(String option, String name, String text) {
        this.option = option;
        this.name = name;
        this.text = text;
    }

    String option() {
        return option;
    }

    String text() {
        return text;
    }

    boolean isGiven() {
        return text != null;
    }

    String name() {
        return name;
    }

    String string(String fallback) throws OptionException {
        if (text == null) {
            return fallback;
        }
        if (text.isEmpty()) {
            throw wrong("a text that is not empty");
        }
        return text;
    }

    /** Returns a text whose characters must be the ones that were typed. The message does not tell it. */
    String secret(String fallback) throws OptionException {
        String secret = string(fallback);
        if (secret != null && secret.indexOf(UNREADABLE) >= 0) {
            throw new OptionException(name + " has characters that the locale cannot express: run in a UTF-8 locale, or"
                    + " use " + option + "-file");
        }
        return secret;
    }

    boolean bool(boolean fallback) throws OptionException {
        if (text == null) {
            return fallback;
        }
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong("true or false");
        };
    }

    int integer(int fallback, int min, int max) throws OptionException {
        if (text == null) {
            return fallback;
        }
        LongPredicate inRange = value -> min <= value && value <= max;
        if (!INTEGER.matcher(text).matches() || !inRange.test(Long.parseLong(text))) {
            throw wrong("an integer from " + min + " to " + max);
        }
        return Integer.parseInt(text);
    }

    /** Returns a size, in bytes or with one of the units KiB, MiB and GiB. */
    long bytes(long fallback) throws OptionException {
        if (text == null) {
            return fallback;
        }
        Matcher matcher = BYTES.matcher(text);
        if (!matcher.matches()) {
            throw wrong("a number of bytes, or of KiB, MiB or GiB, such as 512MiB");
        }
        if (matcher.group(3) != null) {
            return Long.parseLong(matcher.group(3));
        }
        int shift = matcher.group(2) == null ? 0 : UNITS.indexOf(matcher.group(2)) * UNIT_BITS;
        return Long.parseLong(matcher.group(1)) << shift;
    }

    Duration seconds(Duration fallback) throws OptionException {
        if (text == null) {
            return fallback;
        }
        if (!SECONDS.matcher(text).matches()
                || new BigDecimal(text).compareTo(BigDecimal.valueOf(TIMEOUT_SECONDS_MAX)) > 0) {
            throw wrong("seconds from 0 to " + TIMEOUT_SECONDS_MAX);
        }
        return Duration.ofNanos(new BigDecimal(text).movePointRight(9).longValueExact());
    }

    Path path(String fallback) throws OptionException {
        try {
            return Path.of(string(fallback));
        } catch (InvalidPathException e) {
            throw wrong("a path that the locale can express");
        }
    }

    ZoneId zone(ZoneId fallback) throws OptionException {
        try {
            return text == null ? fallback : ZoneId.of(text);
        } catch (DateTimeException e) {
            throw wrong("a time zone such as UTC or Europe/Berlin");
        }
    }

    OptionException wrong(String expected) {
        return new OptionException(name + " must be " + expected + ", not \"" + text + "\"");
    }
}
