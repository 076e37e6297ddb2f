package io.karmadb.server.options;

import java.nio.file.Path;

/**
 * What {@code karma check} is asked for.
 *
 * @param directory the directory, which exists
 * @param repair whether to cut off a torn tail
 * @param json whether to print JSON
 */
public record CheckOptions(Path directory, boolean repair, boolean json) {}
