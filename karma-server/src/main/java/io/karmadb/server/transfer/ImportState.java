package io.karmadb.server.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How far an import has got, in a small file beside its own: all before the offset is durable where it went to.
 *
 * @param target where the rows go to
 * @param format how they are written
 * @param bytes the size of the file
 * @param modifiedMillis when it was changed last
 * @param sha256 tells its content
 * @param offset where in it the next row starts
 * @param line the number of the line there
 * @param rows how many rows are before it
 */
record ImportState(
        String target,
        Format format,
        long bytes,
        long modifiedMillis,
        String sha256,
        long offset,
        long line,
        long rows) {
    private static final String SUFFIX = ".karma-import";
    private static final long BYTES_MAX = 1 << 20;
    private static final JsonFactory JSON = new JsonFactory();

    /** Returns the state before the first row. */
    static ImportState start(String target, Format format, InputFile file, Validation validation) {
        return new ImportState(target, format, file.bytes(), file.modifiedMillis(), validation.sha256(), 0, 1, 0);
    }

    ImportState at(long nextOffset, long nextLine, long rowsBefore) {
        return new ImportState(target, format, bytes, modifiedMillis, sha256, nextOffset, nextLine, rowsBefore);
    }

    static Path pathOf(Path input) {
        return input.resolveSibling(input.getFileName() + SUFFIX);
    }

    /** Says what keeps an import that is in another state from going on from here, or null if nothing does. */
    String differenceFrom(ImportState start) {
        if (!target.equals(start.target)) {
            return "it went to " + target + ", not to " + start.target;
        }
        if (format != start.format) {
            return "the file was read as " + format.name().toLowerCase(Locale.ROOT);
        }
        if (bytes != start.bytes || !sha256.equals(start.sha256)) {
            return "the file has changed since";
        }
        return modifiedMillis == start.modifiedMillis
                ? null
                : "the file was written again since, if with the same content";
    }

    /** Replaces the state file; when this returns it is durable. */
    void write(Path file) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("target", target);
            json.writeStringField("format", format.name());
            json.writeNumberField("bytes", bytes);
            json.writeNumberField("modified_ms", modifiedMillis);
            json.writeStringField("sha256", sha256);
            json.writeNumberField("offset", offset);
            json.writeNumberField("line", line);
            json.writeNumberField("rows", rows);
            json.writeEndObject();
        }
        text.write('\n');
        try (OutputFile out = new OutputFile(file)) {
            out.write(text.toByteArray());
            out.finish();
        }
    }

    /** Reads a state file. */
    static ImportState read(Path file) throws TransferException {
        try {
            if (Files.size(file) <= BYTES_MAX) {
                return parse(Files.readAllBytes(file));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw unusable(file, e);
        }
        throw unusable(file, null);
    }

    private static TransferException unusable(Path file, Exception cause) {
        return new TransferException(
                "cannot go on: " + file + " is no state of an import" + (cause == null ? "" : ", " + cause.getMessage())
                        + ". Start over without --resume, which counts nothing twice",
                cause);
    }

    private static ImportState parse(byte[] text) throws IOException {
        String target = null;
        Format format = null;
        String sha256 = null;
        long[] numbers = {-1, -1, -1, -1, -1};
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "target" -> target = parser.getText();
                    case "format" -> format = Format.valueOf(parser.getText());
                    case "sha256" -> sha256 = parser.getText();
                    case "bytes" -> numbers[0] = parser.getLongValue();
                    case "modified_ms" -> numbers[1] = parser.getLongValue();
                    case "offset" -> numbers[2] = parser.getLongValue();
                    case "line" -> numbers[3] = parser.getLongValue();
                    case "rows" -> numbers[4] = parser.getLongValue();
                    default -> parser.skipChildren();
                }
            }
        }
        boolean whole = target != null && format != null && sha256 != null;
        if (!whole || numbers[0] < 0 || numbers[2] < 0 || numbers[2] > numbers[0] || numbers[3] < 1 || numbers[4] < 0) {
            throw new IllegalArgumentException("a field is missing or impossible");
        }
        return new ImportState(target, format, numbers[0], numbers[1], sha256, numbers[2], numbers[3], numbers[4]);
    }
}
