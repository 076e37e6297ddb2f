package io.karmadb.server.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * Parses any request line. Made once and used for every line of many connections; for one thread at a time.
 *
 * <p>Jackson's parsers for whole inputs are made anew for each, some 700 bytes; the one that is fed can go on after the
 * end of an object, so one serves all lines until a bad one. It remembers every field name it has seen, hence is
 * replaced after {@link #UNKNOWN_NAMES_MAX} that the protocol does not have.
 */
final class JsonRequestParser {
    private static final int NESTING_MAX = 32;
    private static final int UNKNOWN_NAMES_MAX = 1000;
    private static final int DETAIL_LENGTH_MAX = 120;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING_MAX)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** What the parser says to who has configured it, which is no use to a client. */
    private static final Pattern PARSER_HINT = Pattern.compile("(: enable `|: maybe a \\(non-standard\\)).*");

    private static final String NOT_UTF8 = "Request is not valid UTF-8";
    private static final String NOT_AN_OBJECT = "Request is not a JSON object";
    private static final String TOO_DEEP = "Request is nested more than " + NESTING_MAX + " deep";
    private static final String INCOMPLETE = "Request is not a whole JSON object";
    private static final String TRAILING = "Request goes on after its JSON object";
    private static final String COMMAND_REQUIRED = "Field command is required and must be a string";
    private static final String COMMAND_TYPE = "Field command must be a string";
    private static final String TREE_TYPE = "Field tree_name must be a string";
    private static final String TOKEN_TYPE = "Field token must be a string";
    private static final String KEY_TYPE = integer("key");
    private static final String FROM_TYPE = integer("time_from");
    private static final String TO_TYPE = integer("time_to");

    private JsonParser parser;
    private ByteArrayFeeder feeder;
    private int unknownNames;

    private static String integer(String field) {
        return "Field " + field + " must be an integer from 0 to 18446744073709551615";
    }

    /** As {@link RequestParser#parse}. */
    String parse(byte[] line, int length, Request request) {
        request.clear();
        if (!Utf8.isValid(line, 0, length)) {
            return NOT_UTF8;
        }
        if (!startsObject(line, length)) {
            return NOT_AN_OBJECT;
        }
        String problem;
        try {
            problem = parseObject(line, trimmed(line, length), request);
        } catch (StreamConstraintsException e) {
            problem = TOO_DEEP; // the only limit that a line can pass
        } catch (JsonProcessingException e) {
            problem = "Request is not valid JSON: " + shorten(e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalStateException("reading an array cannot fail", e);
        }
        if (problem != null || unknownNames > UNKNOWN_NAMES_MAX) {
            parser = null;
            feeder = null;
            unknownNames = 0;
        }
        return problem;
    }

    private static boolean startsObject(byte[] line, int length) {
        int start = 0;
        while (start < length && isSpace(line[start])) {
            start++;
        }
        return start < length && line[start] == '{';
    }

    private static int trimmed(byte[] line, int length) {
        int end = length;
        while (isSpace(line[end - 1])) {
            end--;
        }
        return end;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    private static String shorten(String message) {
        String detail = PARSER_HINT.matcher(message).replaceFirst("");
        return detail.length() <= DETAIL_LENGTH_MAX ? detail : detail.substring(0, DETAIL_LENGTH_MAX) + "...";
    }

    private String parseObject(byte[] line, int length, Request request) throws IOException {
        if (parser == null) {
            parser = FACTORY.createNonBlockingByteArrayParser();
            feeder = (ByteArrayFeeder) parser.getNonBlockingInputFeeder();
        }
        feeder.feedInput(line, 0, length);
        JsonToken token = parser.nextToken();
        assert token == JsonToken.START_OBJECT : token;
        for (token = parser.nextToken(); token == JsonToken.FIELD_NAME; token = parser.nextToken()) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            String problem = value == JsonToken.NOT_AVAILABLE ? INCOMPLETE : field(name, value, request);
            if (problem != null) {
                return problem;
            }
        }
        if (token != JsonToken.END_OBJECT) {
            return INCOMPLETE;
        }
        if (!feeder.needMoreInput()) {
            return TRAILING;
        }
        return request.commandSeen() ? null : COMMAND_REQUIRED;
    }

    private String field(String name, JsonToken value, Request request) throws IOException {
        return switch (name) {
            case "command" -> command(value, request);
            case "tree_name" -> tree(value, request);
            case "token" -> token(value, request);
            case "key" -> {
                boolean present = value == JsonToken.VALUE_NUMBER_INT;
                request.setKey(present, present ? integerValue() : 0);
                yield isInteger(value) ? null : KEY_TYPE;
            }
            case "time_from" -> {
                boolean present = value == JsonToken.VALUE_NUMBER_INT;
                request.setFrom(present, present ? integerValue() : 0);
                yield isInteger(value) ? null : FROM_TYPE;
            }
            case "time_to" -> {
                boolean present = value == JsonToken.VALUE_NUMBER_INT;
                request.setTo(present, present ? integerValue() : 0);
                yield isInteger(value) ? null : TO_TYPE;
            }
            case "day" -> {
                Request.Number form = numberForm(value);
                request.setDay(form, form == Request.Number.U64 ? integerValue() : 0);
                yield skipIfOther(value);
            }
            case "count" -> {
                Request.Number form = numberForm(value);
                request.setCount(form, form == Request.Number.U64 ? integerValue() : 0);
                yield skipIfOther(value);
            }
            default -> skip(value);
        };
    }

    /** Tells what a value is of which only one command asks that it be a number: for others the field is unknown. */
    private Request.Number numberForm(JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return Request.Number.NONE;
        }
        return value == JsonToken.VALUE_NUMBER_INT && isInteger(value) ? Request.Number.U64 : Request.Number.WRONG;
    }

    private String skipIfOther(JsonToken value) throws IOException {
        return value == JsonToken.VALUE_NUMBER_INT ? null : skip(value);
    }

    private String command(JsonToken value, Request request) throws IOException {
        if (value != JsonToken.VALUE_STRING) {
            return COMMAND_TYPE;
        }
        if (hasLoneSurrogate()) {
            return NOT_UTF8;
        }
        request.setCommand(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        return null;
    }

    private String tree(JsonToken value, Request request) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            request.clearTree();
            return null;
        }
        if (value != JsonToken.VALUE_STRING) {
            return TREE_TYPE;
        }
        if (hasLoneSurrogate()) {
            return NOT_UTF8;
        }
        request.setTree(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        return null;
    }

    private String token(JsonToken value, Request request) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            request.clearToken();
            return null;
        }
        if (value != JsonToken.VALUE_STRING) {
            return TOKEN_TYPE;
        }
        if (hasLoneSurrogate()) {
            return NOT_UTF8;
        }
        request.setToken(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        return null;
    }

    private boolean hasLoneSurrogate() throws IOException {
        return Utf8.hasLoneSurrogate(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
    }

    private boolean isInteger(JsonToken value) throws IOException {
        return value == JsonToken.VALUE_NULL
                || value == JsonToken.VALUE_NUMBER_INT
                        && U64.fits(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
    }

    private long integerValue() throws IOException {
        return U64.parse(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
    }

    private String skip(JsonToken value) throws IOException {
        unknownNames++;
        int depth = 0;
        for (JsonToken token = value; ; token = parser.nextToken()) {
            if (token == JsonToken.NOT_AVAILABLE) {
                return INCOMPLETE;
            }
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.FIELD_NAME) {
                unknownNames++;
            }
            if (depth == 0) {
                return null;
            }
        }
    }
}
