package io.karmadb.snapshot;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.karmadb.CorruptionException;
import io.karmadb.RestoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A manifest as bytes; the package describes them. Decoding takes nothing but what encoding makes, to the byte, so that a
 * change of any bit is noticed.
 */
final class ManifestCodec {
    static final int VERSION = 1;

    /** What comes before and after the eight digits of the checksum at the end. */
    private static final byte[] CRC_START = ",\"crc\":\"".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] CRC_END = "\"}\n".getBytes(StandardCharsets.US_ASCII);
    private static final int CRC_DIGITS = 8;

    private static final HexFormat HEX = HexFormat.of();
    private static final JsonFactory JSON = new JsonFactory();

    private ManifestCodec() {}

    static byte[] encode(Manifest manifest) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes, JsonEncoding.UTF8)) {
            json.setPrettyPrinter(new OneElementALine());
            json.writeStartObject();
            json.writeNumberField("version", VERSION);
            json.writeStringField("store", manifest.store());
            json.writeNumberField("lsn", manifest.lsn());
            json.writeBooleanField("wal", manifest.walOn());
            json.writeArrayFieldStart("trees");
            for (ManifestTree tree : manifest.trees()) {
                encodeTree(tree, json);
            }
            json.writeEndArray();
            if (manifest.olderLog() != null) {
                encodeOlderLog(manifest.olderLog(), json);
            }
            if (manifest.seen() != Manifest.SEEN_UNKNOWN) {
                json.writeNumberField("seen", manifest.seen());
            }
            if (!manifest.automatic().isEmpty()) {
                json.writeArrayFieldStart("automatic");
                for (String file : manifest.automatic()) {
                    json.writeString(file);
                }
                json.writeEndArray();
            }
            json.flush();
            json.writeStringField("crc", HEX.toHexDigits(checksum(bytes.toByteArray(), bytes.size())));
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    private static void encodeTree(ManifestTree tree, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", tree.name());
        json.writeNumberField("lsn", tree.lsn());
        if (tree.snapshot() != null) {
            json.writeStringField("file", tree.snapshot().name());
            json.writeNumberField("bytes", tree.snapshot().bytes());
            json.writeStringField("crc", HEX.toHexDigits(tree.snapshot().crc()));
            if (tree.unlogged()) {
                json.writeBooleanField("unlogged", true);
            }
        }
        json.writeEndObject();
    }

    private static void encodeOlderLog(ManifestOlderLog log, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("older_wal");
        json.writeNumberField("lines", log.lines());
        json.writeNumberField("bytes", log.bytes());
        json.writeStringField("crc", HEX.toHexDigits(log.crc()));
        json.writeNumberField("day", log.day());
        json.writeEndObject();
    }

    private static int checksum(byte[] bytes, int count) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, count);
        return (int) crc.getValue();
    }

    /**
     * Decodes a manifest.
     *
     * @param bytes all bytes of the file
     * @param file names the file in errors
     * @throws CorruptionException if they are not what {@link #encode} makes
     * @throws RestoreException if they are whole, but of another version of the format
     */
    static Manifest decode(byte[] bytes, Path file) throws CorruptionException, RestoreException {
        checkEnd(bytes, file);
        Manifest manifest;
        try (JsonParser json = JSON.createParser(bytes)) {
            manifest = new Fields(json, file).manifest();
        } catch (JacksonException e) {
            throw new CorruptionException(
                    file,
                    e.getLocation() == null ? -1 : e.getLocation().getByteOffset(),
                    "JSON",
                    e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory cannot fail", e);
        } catch (IllegalArgumentException e) {
            throw new CorruptionException(file, -1, "values that a manifest can have", e.getMessage());
        }
        int difference = Arrays.mismatch(bytes, encode(manifest));
        if (difference >= 0) {
            throw new CorruptionException(
                    file, difference, "the bytes that Karma writes", "others of the same meaning");
        }
        return manifest;
    }

    private static void checkEnd(byte[] bytes, Path file) {
        int end = bytes.length - CRC_END.length;
        int digits = end - CRC_DIGITS;
        int body = digits - CRC_START.length;
        if (body < 0
                || !Arrays.equals(bytes, body, digits, CRC_START, 0, CRC_START.length)
                || !Arrays.equals(bytes, end, bytes.length, CRC_END, 0, CRC_END.length)) {
            throw new CorruptionException(
                    file, Math.max(body, 0), "a checksum, a brace and a line feed at the end", "something else");
        }
        String computed = HEX.toHexDigits(checksum(bytes, body));
        String found = new String(bytes, digits, CRC_DIGITS, StandardCharsets.ISO_8859_1);
        if (!found.equals(computed)) {
            throw new CorruptionException(
                    file, digits, "crc=" + computed + ", the CRC-32C of the bytes before", "crc=" + found);
        }
    }

    /**
     * Takes the fields one after the other, in the order in which they are written. What it is lax about, such as spaces or
     * a number that is too large, comes out when the result is encoded again.
     */
    private record Fields(JsonParser json, Path file) {
        Manifest manifest() throws IOException {
            require(json.nextToken(), JsonToken.START_OBJECT);
            long version = number("version");
            if (version != VERSION) {
                throw new RestoreException(
                        "The manifest is of another version, and nothing was changed: file=" + file + ", version="
                                + version + ", understood=" + VERSION
                                + ". Start the Karma that wrote it, or a later one.",
                        new CorruptionException(file, 0, "version " + VERSION, "version " + version));
            }
            String store = text("store");
            long lsn = number("lsn");
            field("wal");
            boolean walOn = json.nextToken() == JsonToken.VALUE_TRUE;
            field("trees");
            require(json.nextToken(), JsonToken.START_ARRAY);
            List<ManifestTree> trees = new ArrayList<>();
            while (json.nextToken() == JsonToken.START_OBJECT) {
                trees.add(tree());
            }
            require(json.currentToken(), JsonToken.END_ARRAY);
            String following = json.nextFieldName();
            ManifestOlderLog olderLog = null;
            if ("older_wal".equals(following)) {
                olderLog = olderLog();
                require(json.nextToken(), JsonToken.END_OBJECT);
                following = json.nextFieldName();
            }
            long seen = Manifest.SEEN_UNKNOWN;
            if ("seen".equals(following)) {
                seen = value(json.nextToken());
                following = json.nextFieldName();
            }
            List<String> automatic = "automatic".equals(following) ? texts() : List.of();
            return new Manifest(store, lsn, walOn, trees, olderLog, seen, automatic);
        }

        private List<String> texts() throws IOException {
            require(json.nextToken(), JsonToken.START_ARRAY);
            List<String> texts = new ArrayList<>();
            while (json.nextToken() == JsonToken.VALUE_STRING) {
                texts.add(json.getText());
            }
            require(json.currentToken(), JsonToken.END_ARRAY);
            return texts;
        }

        private ManifestTree tree() throws IOException {
            String name = text("name");
            long lsn = number("lsn");
            SnapshotFile snapshot = null;
            boolean unlogged = false;
            if ("file".equals(json.nextFieldName())) {
                snapshot = new SnapshotFile(value(), number("bytes"), crc());
                unlogged = "unlogged".equals(json.nextFieldName());
                if (unlogged) {
                    require(json.nextToken(), JsonToken.VALUE_TRUE);
                    json.nextToken();
                }
            }
            require(json.currentToken(), JsonToken.END_OBJECT);
            return new ManifestTree(name, lsn, snapshot, unlogged);
        }

        private ManifestOlderLog olderLog() throws IOException {
            require(json.nextToken(), JsonToken.START_OBJECT);
            return new ManifestOlderLog(number("lines"), number("bytes"), crc(), (int) number("day"));
        }

        private void field(String name) throws IOException {
            String found = json.nextFieldName();
            if (!name.equals(found)) {
                throw new CorruptionException(file, offset(), "the field " + name, found == null ? "none" : found);
            }
        }

        private String text(String name) throws IOException {
            field(name);
            return value();
        }

        private String value() throws IOException {
            require(json.nextToken(), JsonToken.VALUE_STRING);
            return json.getText();
        }

        private long number(String name) throws IOException {
            field(name);
            return value(json.nextToken());
        }

        private long value(JsonToken token) throws IOException {
            require(token, JsonToken.VALUE_NUMBER_INT);
            return json.getLongValue();
        }

        private int crc() throws IOException {
            return HexFormat.fromHexDigits(text("crc"));
        }

        private void require(JsonToken found, JsonToken expected) {
            if (found != expected) {
                throw new CorruptionException(file, offset(), expected.name(), String.valueOf(found));
            }
        }

        private long offset() {
            return json.currentTokenLocation().getByteOffset();
        }
    }

    /** Line breaks between the elements of an array, none elsewhere. */
    private static final class OneElementALine extends MinimalPrettyPrinter {
        private static final long serialVersionUID = 1L;

        @Override
        public void beforeArrayValues(JsonGenerator json) throws IOException {
            json.writeRaw('\n');
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator json) throws IOException {
            json.writeRaw(",\n");
        }

        @Override
        public void writeEndArray(JsonGenerator json, int values) throws IOException {
            json.writeRaw(values == 0 ? "]" : "\n]");
        }
    }
}
