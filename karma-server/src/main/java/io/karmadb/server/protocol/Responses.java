package io.karmadb.server.protocol;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.karmadb.Buckets;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Writes answers. A successful one is {@link #begin}, the JSON value of the field {@code response}, {@link #end}; the
 * frequent ones are whole lines in one piece. Nothing is allocated but by {@link #error} and {@link #string}.
 */
public final class Responses {
    private static final String BEGIN = "{\"protocol_version\":1,\"success\":true,\"response\":";
    private static final String END = ",\"error_code\":null}\r\n";
    private static final byte[] BEGIN_BYTES = ascii(BEGIN);
    private static final byte[] END_BYTES = ascii(END);
    private static final byte[] ERROR_BEGIN_BYTES = ascii("{\"protocol_version\":1,\"success\":false,\"response\":");
    private static final byte[] ERROR_CODE_BYTES = ascii(",\"error_code\":\"");
    private static final byte[] ERROR_END_BYTES = ascii("\"}\r\n");
    private static final byte[] PONG_LINE = ascii(BEGIN + "\"pong\"" + END);
    private static final byte[] OK_LINE = ascii(BEGIN + "\"OK\"" + END);
    private static final byte[] ONE_LINE = ascii(BEGIN + "1" + END);
    private static final byte[] TRUE_LINE = ascii(BEGIN + "true" + END);

    private Responses() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Writes the answer {@code "pong"}.
     *
     * @param out receives the line
     */
    public static void pong(ByteBuf out) {
        out.writeBytes(PONG_LINE);
    }

    /**
     * Writes the answer {@code "OK"}.
     *
     * @param out receives the line
     */
    public static void ok(ByteBuf out) {
        out.writeBytes(OK_LINE);
    }

    /**
     * Writes the answer 1.
     *
     * @param out receives the line
     */
    public static void one(ByteBuf out) {
        out.writeBytes(ONE_LINE);
    }

    /**
     * Writes the answer {@code true}.
     *
     * @param out receives the line
     */
    public static void yes(ByteBuf out) {
        out.writeBytes(TRUE_LINE);
    }

    /**
     * Writes a number as answer.
     *
     * @param out receives the line
     * @param value unsigned
     */
    public static void number(ByteBuf out, long value) {
        begin(out);
        U64.write(out, value);
        end(out);
    }

    /**
     * Writes buckets as answer: {@code {"20240101":5,...}}.
     *
     * @param out receives the line
     * @param buckets the buckets of a key
     */
    public static void buckets(ByteBuf out, Buckets buckets) {
        begin(out);
        bucketsValue(out, buckets);
        end(out);
    }

    /**
     * Writes an answer's start.
     *
     * @param out receives all before the value of {@code response}
     */
    public static void begin(ByteBuf out) {
        out.writeBytes(BEGIN_BYTES);
    }

    /**
     * Writes an answer's end.
     *
     * @param out receives all after the value of {@code response}, line end included
     */
    public static void end(ByteBuf out) {
        out.writeBytes(END_BYTES);
    }

    /**
     * Writes one member of the answer of a tree-wide {@code find}.
     *
     * @param out receives {@code "<key>":{"<day>":<count>,...}}
     * @param key unsigned
     * @param buckets its buckets
     */
    public static void keyMember(ByteBuf out, long key, Buckets buckets) {
        out.writeByte('"');
        U64.write(out, key);
        out.writeByte('"');
        out.writeByte(':');
        bucketsValue(out, buckets);
    }

    private static void bucketsValue(ByteBuf out, Buckets buckets) {
        out.writeByte('{');
        int size = buckets.size();
        for (int i = 0; i < size; i++) {
            if (i > 0) {
                out.writeByte(',');
            }
            out.writeByte('"');
            U64.write(out, buckets.day(i));
            out.writeByte('"');
            out.writeByte(':');
            U64.write(out, buckets.count(i));
        }
        out.writeByte('}');
    }

    /**
     * Writes a failure.
     *
     * @param out receives the line
     * @param code what kind
     * @param message for people
     */
    public static void error(ByteBuf out, ErrorCode code, String message) {
        out.writeBytes(ERROR_BEGIN_BYTES);
        string(out, message);
        out.writeBytes(ERROR_CODE_BYTES);
        out.writeCharSequence(code.text(), StandardCharsets.US_ASCII);
        out.writeBytes(ERROR_END_BYTES);
    }

    /**
     * Writes JSON as it is.
     *
     * @param out receives it
     * @param json a JSON value
     */
    public static void json(ByteBuf out, String json) {
        out.writeCharSequence(json, StandardCharsets.UTF_8);
    }

    /**
     * Quotes a text as a JSON string.
     *
     * @param text any text
     * @return the string with its quotes
     */
    public static String quote(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    /**
     * Writes a JSON string.
     *
     * @param out receives it with its quotes
     * @param text any text; a lone surrogate, which has no UTF-8, becomes a question mark
     */
    public static void string(ByteBuf out, String text) {
        json(out, quote(text));
    }
}
