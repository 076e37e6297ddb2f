package io.karmadb.server.options;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;

/**
 * One option's text, from the command line or else from its environment variable, and what it means. Errors name where
 * the text came from.
 */
final class OptionSource {
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,7}(\\.[0-9]{1,9})?");
    private static final long TIMEOUT_SECONDS_MAX = 1_000_000;

    /** What Java makes of bytes that mean nothing in the locale. */
    private static final char UNREADABLE = '\uFFFD';

    private final String name;
    private final String text;

    private OptionSource(String name, String text) {
        this.name = name;
        this.text = text;
    }

    static OptionSource of(String option, String fromCommandLine, Map<String, String> environment) {
        if (fromCommandLine != null) {
            return new OptionSource(option, fromCommandLine);
        }
        String variable =
                "KARMA_" + option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
        return new OptionSource(variable, environment.get(variable));
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
                    + " use --auth-token-file");
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
