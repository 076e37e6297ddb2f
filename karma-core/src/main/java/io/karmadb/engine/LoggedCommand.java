package io.karmadb.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.karmadb.CorruptionException;
import io.karmadb.wal.LogLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;

/** A command as its line in the log tells it; reused for line after line. Not safe for several threads at once. */
final class LoggedCommand {
    private static final BigInteger U64_MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private static final int KNOWN_MAX = 8;

    private final JsonFactory json = new JsonFactory();

    /** Starts of lines read lately; the one that was last of use comes first. */
    private final KnownStart[] known = new KnownStart[KNOWN_MAX];

    String command;
    String treeName;
    boolean hasKey;
    long key;
    boolean hasDay;
    long day;
    boolean hasCount;
    long count;
    boolean hasRange;
    long from;
    long to;
    String loadedTree;
    long fileBytes;
    String fileCrc;

    /**
     * Reads a line.
     *
     * @param line a line whose checksum fits, or of an older server
     * @throws CorruptionException if it is not a command
     */
    void read(LogLine line) throws CorruptionException {
        clear();
        if (!line.older() && readKnown(line)) {
            return;
        }
        parse(line);
        if (!line.older() && hasKey && hasDay && hasCount && !hasRange && loadedTree == null) {
            KnownStart start = KnownStart.of(line.array(), line.bodyStart(), line.bodyLength(), command, treeName);
            if (start != null) {
                System.arraycopy(known, 0, known, 1, KNOWN_MAX - 1);
                known[0] = start;
            }
        }
    }

    private boolean readKnown(LogLine line) {
        for (int i = 0; i < KNOWN_MAX && known[i] != null; i++) {
            KnownStart start = known[i];
            if (start.read(line.array(), line.bodyStart(), line.bodyLength())) {
                known[i] = known[0];
                known[0] = start;
                command = start.command;
                treeName = start.treeName;
                hasKey = true;
                key = start.key;
                hasDay = true;
                day = start.day;
                hasCount = true;
                count = start.count;
                return true;
            }
        }
        return false;
    }

    private void clear() {
        command = null;
        treeName = null;
        hasKey = false;
        hasDay = false;
        hasCount = false;
        hasRange = false;
        loadedTree = null;
        fileBytes = -1;
        fileCrc = null;
    }

    private void parse(LogLine line) throws CorruptionException {
        boolean hasFrom = false;
        boolean hasTo = false;
        try (JsonParser parser = json.createParser(line.array(), line.start(), line.length())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (field) {
                    case CommandLine.COMMAND -> command = text(parser, value, line);
                    case CommandLine.TREE_NAME -> treeName = text(parser, value, line);
                    case CommandLine.LOADED_TREE -> loadedTree = text(parser, value, line);
                    case CommandLine.FILE_CRC -> fileCrc = text(parser, value, line);
                    case CommandLine.FILE_BYTES -> fileBytes = number(parser, value, line);
                    case CommandLine.KEY -> {
                        hasKey = value != JsonToken.VALUE_NULL;
                        key = hasKey ? number(parser, value, line) : 0;
                    }
                    case CommandLine.DAY -> {
                        hasDay = true;
                        day = number(parser, value, line);
                    }
                    case CommandLine.COUNT -> {
                        hasCount = true;
                        count = number(parser, value, line);
                    }
                    case CommandLine.TIME_FROM -> {
                        hasFrom = value != JsonToken.VALUE_NULL;
                        from = hasFrom ? number(parser, value, line) : 0;
                    }
                    case CommandLine.TIME_TO -> {
                        hasTo = value != JsonToken.VALUE_NULL;
                        to = hasTo ? number(parser, value, line) : 0;
                    }
                    default -> parser.skipChildren();
                }
            }
        } catch (JsonParseException e) {
            throw line.corrupt("a JSON object", e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is no input but an array
        }
        hasRange = hasFrom && hasTo;
        if (command == null || treeName == null) {
            throw line.corrupt("the fields command and tree_name", "neither or one of them");
        }
    }

    /** Returns the name of the tree that the command is about. */
    String target() {
        return loadedTree == null ? treeName : loadedTree;
    }

    private static String text(JsonParser parser, JsonToken value, LogLine line) throws IOException {
        if (value != JsonToken.VALUE_STRING) {
            throw line.corrupt("text in field " + parser.currentName(), String.valueOf(value));
        }
        return parser.getText();
    }

    private static long number(JsonParser parser, JsonToken value, LogLine line) throws IOException {
        if (value == JsonToken.VALUE_NUMBER_INT) {
            if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                long number = parser.getLongValue();
                if (number >= 0) {
                    return number;
                }
            } else {
                BigInteger number = parser.getBigIntegerValue();
                if (number.signum() > 0 && number.compareTo(U64_MAX) <= 0) {
                    return number.longValue();
                }
            }
        }
        throw line.corrupt("an integer from 0 to 2^64-1 in field " + parser.currentName(), String.valueOf(value));
    }
}
