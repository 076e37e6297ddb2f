package io.karmadb.server.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where the texts of options come from: the command line, or else the environment, or else a configuration file. Notes
 * which were given.
 */
final class OptionTexts {
    private final Map<String, String> environment;
    private final ConfigFile file;
    private final List<OptionSource> given = new ArrayList<>();

    /**
     * @param environment the environment variables
     * @param file the configuration file, or {@link ConfigFile#NONE}
     */
    OptionTexts(Map<String, String> environment, ConfigFile file) {
        this.environment = environment;
        this.file = file;
    }

    /**
     * Finds an option's text.
     *
     * @param option with its dashes
     * @param fromCommandLine the text there, or null
     */
    OptionSource of(String option, String fromCommandLine) {
        OptionSource found = fromCommandLine(option, fromCommandLine);
        if (!found.isGiven()) {
            found = fromEnvironment(option);
        }
        if (!found.isGiven()) {
            found = fromFile(option);
        }
        return note(found);
    }

    /**
     * Finds which of two options is given, where the first of the three places that has one of them counts.
     *
     * @return that one, or the first if none is given
     * @throws OptionException if one place has both
     */
    OptionSource oneOf(String option, String fromCommandLine, String other, String otherFromCommandLine)
            throws OptionException {
        OptionSource[][] places = {
            {fromCommandLine(option, fromCommandLine), fromCommandLine(other, otherFromCommandLine)},
            {fromEnvironment(option), fromEnvironment(other)},
            {fromFile(option), fromFile(other)}
        };
        for (OptionSource[] place : places) {
            if (place[0].isGiven() && place[1].isGiven()) {
                throw new OptionException(place[0].name() + " and " + place[1].name() + " cannot both be given");
            }
            if (place[0].isGiven() || place[1].isGiven()) {
                return note(place[0].isGiven() ? place[0] : place[1]);
            }
        }
        return places[0][0];
    }

    /** Returns the options that were given, in the order in which they were asked for. */
    List<OptionSource> given() {
        return given;
    }

    private OptionSource note(OptionSource found) {
        if (found.isGiven()) {
            given.add(found);
        }
        return found;
    }

    private static OptionSource fromCommandLine(String option, String text) {
        return new OptionSource(option, option, text);
    }

    private OptionSource fromEnvironment(String option) {
        String variable =
                "KARMA_" + option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
        return new OptionSource(option, variable, environment.get(variable));
    }

    private OptionSource fromFile(String option) {
        return new OptionSource(option, file.place(option), file.text(option));
    }
}
