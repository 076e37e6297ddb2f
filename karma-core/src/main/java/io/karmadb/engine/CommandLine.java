package io.karmadb.engine;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a command's line in the log, but for what the log itself adds. Field names and order are those of the
 * protocol, so that an older server can read the line and skips what it does not know.
 */
final class CommandLine {
    static final String COMMAND = "command";
    static final String TREE_NAME = "tree_name";
    static final String KEY = "key";
    static final String DAY = "day";
    static final String COUNT = "count";
    static final String TIME_FROM = "time_from";
    static final String TIME_TO = "time_to";
    static final String LOADED_TREE = "loaded_tree";
    static final String FILE_BYTES = "file_bytes";
    static final String FILE_CRC = "file_crc";

    private CommandLine() {}

    /** Returns {@code "command":"increment","tree_name":"links"}. */
    static byte[] start(String command, String treeName) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        addText(line, COMMAND, command);
        line.write(',');
        addText(line, TREE_NAME, treeName);
        return line.toByteArray();
    }

    /** Returns the start and what {@link #field} gives. */
    static byte[] start(String command, String treeName, byte[] field) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes(start(command, treeName));
        line.writeBytes(field);
        return line.toByteArray();
    }

    /** Returns the name of one more field, whose number is to follow: {@code ,"key":}. */
    static byte[] field(String name) {
        return ascii(",\"" + name + "\":");
    }

    /** Returns the line of a load; an older server reads the file's name where it expects it. */
    static byte[] load(String file, String treeName, long fileBytes, int fileCrc) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes(start("load", file));
        line.write(',');
        addText(line, LOADED_TREE, treeName);
        line.writeBytes(ascii(",\"" + FILE_BYTES + "\":" + fileBytes + ",\"" + FILE_CRC + "\":\""
                + String.format("%08x", fileCrc) + "\""));
        return line.toByteArray();
    }

    private static void addText(ByteArrayOutputStream line, String field, String value) {
        line.writeBytes(ascii("\"" + field + "\":\""));
        line.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(value));
        line.write('"');
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
