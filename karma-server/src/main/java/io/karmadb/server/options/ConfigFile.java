package io.karmadb.server.options;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * A configuration file: lines of {@code name = value}, names being those of the options without their dashes. In the format
 * of {@link Properties}, in UTF-8.
 */
final class ConfigFile {
    /** Has no options. */
    static final ConfigFile NONE = new ConfigFile(null, Map.of());

    private static final long BYTES_MAX = 1 << 20;

    private final Path path;
    private final Map<String, String> texts;

    private ConfigFile(Path path, Map<String, String> texts) {
        this.path = path;
        this.texts = texts;
    }

    /**
     * Reads a file.
     *
     * @param source names it
     * @param known the options that there are, with their dashes
     * @throws OptionException if it cannot be read, or has what is no option
     */
    static ConfigFile read(OptionSource source, Collection<String> known) throws OptionException {
        Path path = source.path(null);
        Properties properties = new Properties();
        try {
            if (Files.size(path) > BYTES_MAX) {
                throw new OptionException(source.name() + " is larger than " + BYTES_MAX + " bytes: " + path);
            }
            try (BufferedReader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
                properties.load(reader);
            }
        } catch (IOException e) {
            throw new OptionException(source.name() + " cannot be read: " + e);
        } catch (IllegalArgumentException e) {
            throw new OptionException(source.name() + " has a \\u that no four hexadecimal digits follow: " + path);
        }
        for (String name : properties.stringPropertyNames()) {
            if (!known.contains("--" + name)) {
                throw new OptionException("Unknown option in " + path + ": " + name);
            }
        }
        return new ConfigFile(
                path,
                properties.stringPropertyNames().stream()
                        .collect(Collectors.toMap(name -> "--" + name, properties::getProperty)));
    }

    /** Returns an option's text, or null if it has none here. */
    String text(String option) {
        return texts.get(option);
    }

    /** Returns how errors name an option of the file. */
    String place(String option) {
        return option.substring(2) + " in " + path;
    }
}
