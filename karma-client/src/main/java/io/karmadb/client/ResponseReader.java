package io.karmadb.client;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** Makes an object of the field {@code response} of an answer. */
@FunctionalInterface
interface ResponseReader<T> {
    /**
     * Reads the value.
     *
     * @param parser is at the value's first token; left at its last
     * @return the object
     * @throws IOException if the value is not what the protocol says
     */
    T read(JsonParser parser) throws IOException;
}
