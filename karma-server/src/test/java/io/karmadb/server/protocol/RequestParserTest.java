package io.karmadb.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.DayRange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {
    private static final String PING = "{\"command\":\"ping\"}";

    private final RequestParser parser = new RequestParser();
    private final Request request = new Request();

    private String parse(String line) {
        return parse(line.getBytes(StandardCharsets.UTF_8));
    }

    private String parse(byte[] line) {
        return parser.parse(line, line.length, request);
    }

    /** Lines that the existing server answers with invalid_json. */
    static Stream<String> linesInvalidForTheExistingServer() throws IOException {
        try (InputStream in = RequestParserTest.class.getResourceAsStream("invalid-lines.txt")) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertThat(lines).hasSizeGreaterThan(50);
            return lines.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("linesInvalidForTheExistingServer")
    void refusesWhatTheExistingServerRefuses(String line) {
        assertThat(parse(line)).isNotNull();
        assertThat(parse(PING)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\r",
                "{\"command\":\"ping\"}x",
                "{\"command\":\"ping\"}t",
                "{\"command\":\"ping\"}1",
                "{\"command\":\"ping\"},",
                "{\"command\":\"ping\"}]",
                "{\"command\":\"ping\"} {",
                "{\"command\":\"ping\"}//",
                "{\"command\":\"ping\",\"x\":01}",
                "{\"command\":\"ping\",\"x\":1.}",
                "{\"command\":\"ping\",\"x\":.5}",
                "{\"command\":\"ping\",\"x\":+1}",
                "{\"command\":\"ping\",\"x\":1e}",
                "{\"command\":\"ping\",\"x\":NaN}",
                "{\"command\":\"ping\",\"x\":Infinity}",
                "{\"command\":\"ping\",\"x\":tru}",
                "{\"command\":\"ping\",\"x\":[1,]}",
                "{\"command\":\"ping\",\"x\":[1}",
                "{\"command\":\"ping\",\"x\":{\"y\"}}",
                "{\"command\":\"ping\",\"x\":\"a\tb\"}",
                "{\"command\":\"ping\",\"x\":\"\\x\"}",
                "{\"command\":\"ping\",\"x\":\"\\u12\"}",
                "{\"command\":\"ping\",\"x\":\"\\u12G4\"}",
                "{\"command\":\"ping\" /* no */}",
                "{\"command\":\"ping\",,\"key\":1}",
                "{,\"command\":\"ping\"}",
                "{\"command\":\"ping\" \"key\":1}",
                "\u0000{\"command\":\"ping\"}",
                "\ufeff{\"command\":\"ping\"}",
                "{\"command\":\"ping\",\"key\":-0}",
                "{\"command\":\"ping\",\"key\":1.0}",
                "{\"command\":\"ping\",\"key\":1e3}",
                "{\"command\":\"ping\",\"key\":1E0}",
                "{\"command\":\"ping\",\"key\":00}",
                "{\"command\":\"ping\",\"key\":18446744073709551616}",
                "{\"command\":\"ping\",\"key\":184467440737095516150}",
                "{\"command\":\"ping\",\"time_from\":99999999999999999999}",
                "{\"command\":\"ping\",\"time_to\":false}",
                "{\"command\":\"ping\",\"tree_name\":\"\\ud800\"}",
                "{\"command\":\"ping\",\"tree_name\":\"\\udc00\\ud800\"}",
                "{\"command\":\"ping\",\"tree_name\":\"a\\ud83dx\"}",
                "{\"command\":\"ping\",\"token\":\"\\udfff\"}",
                "{\"command\":\"\\ud800\"}"
            })
    void refusesWhatIsNoRequest(String line) {
        assertThat(parse(line)).isNotNull();
        assertThat(parse(PING)).isNull();
        assertThat(request.command()).isSameAs(Command.PING);
    }

    @Test
    void refusesEveryBeginningOfARequest() {
        String whole = "{\"command\":\"sum\",\"tree_name\":\"\\u00e4\",\"key\":17,\"x\":[{\"y\":null},true,-1.5e3]}";
        for (int length = 0; length < whole.length(); length++) {
            assertThat(parse(whole.substring(0, length)))
                    .as("length=%d", length)
                    .isNotNull();
        }
        assertThat(parse(whole)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C0AF",
                "C1BF",
                "E080AF",
                "E09FBF",
                "F08080AF",
                "F08FBFBF", // overlong
                "EDA080",
                "EDBFBF",
                "EDA0BDEDB882", // surrogates, also in pairs
                "F4908080",
                "F5808080",
                "F8888080",
                "FF",
                "FE", // beyond Unicode
                "80",
                "BF",
                "C3",
                "C328",
                "E28228",
                "E282",
                "F09F98",
                "F09F9828" // broken sequences
            })
    void refusesTextThatIsNotUtf8WhereverItStands(String hex) {
        for (String field : List.of("tree_name", "command", "token", "x")) {
            assertThat(parse(line("{\"command\":\"ping\",\"" + field + "\":\"a", hex, "\"}")))
                    .isEqualTo("Request is not valid UTF-8");
        }
        assertThat(parse(line("{\"command\":\"ping\",\"a", hex, "\":1}"))).isNotNull();
        assertThat(parse(line("", hex, PING))).isNotNull();
        assertThat(parse(line(PING, hex, ""))).isNotNull();
    }

    private static byte[] line(String before, String hex, String after) {
        byte[] middle = java.util.HexFormat.of().parseHex(hex);
        byte[] start = before.getBytes(StandardCharsets.UTF_8);
        byte[] end = after.getBytes(StandardCharsets.UTF_8);
        byte[] line = java.util.Arrays.copyOf(start, start.length + middle.length + end.length);
        System.arraycopy(middle, 0, line, start.length, middle.length);
        System.arraycopy(end, 0, line, start.length + middle.length, end.length);
        return line;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "ä",
                "€",
                "日本語",
                "🙂",
                "\u0800",
                "\ud7ff",
                "\ue000",
                "\uffff",
                "\u0001",
                "\"\\/",
                "\udbff\udfff"
            })
    void readsNamesOfAllLengthsOfUtf8PlainAndEscaped(String name) {
        StringBuilder escaped = new StringBuilder();
        name.chars().forEach(c -> escaped.append(String.format("\\u%04x", c)));
        assertThat(parse("{\"command\":\"create\",\"tree_name\":\"" + escaped + "\"}"))
                .isNull();
        assertThat(request.treeName()).isEqualTo(name);
        if (name.charAt(0) >= ' ' && name.charAt(0) != '"') {
            assertThat(parse("{\"command\":\"create\",\"tree_name\":\"" + name + "\"}"))
                    .isNull();
            assertThat(request.treeName()).isEqualTo(name);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9, 10, 999_999_999_999_999_999L, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void readsUnsignedIntegers(long value) {
        String text = Long.toUnsignedString(value);
        assertThat(parse("{\"command\":\"sum\",\"key\":" + text + "}")).isNull();
        assertThat(request.hasKey()).isTrue();
        assertThat(request.key()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 18446744073709551615, 0, 2147483647",
        "20240101, 20240131, 20240101, 20240131",
        "2147483647, 2147483648, 2147483647, 2147483647",
        "18446744073709551615, 18446744073709551615, 2147483647, 2147483647"
    })
    void movesRangeEndsBeyondAllDaysToWhereNoDayIs(String from, String to, int first, int last) {
        assertThat(parse("{\"command\":\"sum\",\"tree_name\":\"a\",\"key\":1,\"time_from\":" + from + ",\"time_to\":"
                        + to + "}"))
                .isNull();
        assertThat(request.validate()).isNull();
        assertThat(request.range()).isEqualTo(new DayRange(first, last));
    }

    @Test
    void takesTheLastOfARepeatedField() {
        assertThat(parse("{\"command\":\"nope\",\"key\":1,\"tree_name\":\"a\",\"command\":\"sum\",\"key\":2,"
                        + "\"tree_name\":\"b\"}"))
                .isNull();
        assertThat(request.command()).isSameAs(Command.SUM);
        assertThat(request.key()).isEqualTo(2);
        assertThat(request.treeName()).isEqualTo("b");
        assertThat(parse("{\"command\":\"sum\",\"key\":2,\"key\":null}")).isNull();
        assertThat(request.hasKey()).isFalse();
    }

    @Test
    void forgetsTheRequestBefore() {
        parse("{\"command\":\"sum\",\"tree_name\":\"a\",\"key\":1,\"time_from\":1,\"time_to\":2,\"token\":\"t\"}");
        parse("{\"command\":\"sum\"}");
        assertThat(request.treeLength()).isEqualTo(-1);
        assertThat(request.hasKey()).isFalse();
        assertThat(request.hasRange()).isFalse();
        assertThat(request.encodeToken(new byte[10])).isNull();
    }

    @Test
    void skipsUnknownFieldsOfAnyShape() {
        assertThat(parse("{\"x\":{\"command\":\"trees\",\"key\":[{\"key\":\"y\"}]},\"command\":\"ping\",\"Key\":\"z\","
                        + "\"y\":[[],{},null,true,1.5e300,\"\\ud800\"]}"))
                .isNull();
        assertThat(request.command()).isSameAs(Command.PING);
        assertThat(request.hasKey()).isFalse();
    }

    @Test
    void limitsNesting() {
        assertThat(parse("{\"command\":\"ping\",\"x\":" + "[".repeat(31) + "]".repeat(31) + "}"))
                .isNull();
        assertThat(parse("{\"command\":\"ping\",\"x\":" + "[".repeat(32) + "]".repeat(32) + "}"))
                .isEqualTo("Request is nested more than 32 deep");
        assertThat(parse("{\"command\":\"ping\",\"x\":" + "[".repeat(100_000))).isNotNull();
    }

    @Test
    void doesNotLimitNumbersInUnknownFields() {
        assertThat(parse("{\"command\":\"ping\",\"x\":" + "9".repeat(3000) + "}"))
                .isNull();
        assertThat(parse("{\"command\":\"ping\",\"key\":" + "9".repeat(3000) + "}"))
                .startsWith("Field key must be an integer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"command\":\"ping\",\"x\":NaN}",
                "{\"command\":\"ping\",\"x\":+1}",
                "{\"command\":\"ping\",/*c*/\"x\":1}"
            })
    void tellsClientsNothingOfTheParsersSettings(String line) {
        assertThat(parse(line)).startsWith("Request is not valid JSON: ").doesNotContainIgnoringCase("feature");
    }

    @Test
    void goesOnAfterManyFieldNamesThatNobodyKnows() {
        for (int i = 0; i < 20_000; i++) {
            assertThat(parse("{\"x" + i + "\":1,\"command\":\"sum\",\"key\":" + i + "}"))
                    .isNull();
            assertThat(request.key()).isEqualTo(i);
        }
    }

    @Test
    void readsLongNamesAfterShortOnes() {
        for (int length : new int[] {1, 63, 64, 65, 1000, 100_000, 3}) {
            String name = "n".repeat(length);
            assertThat(parse("{\"command\":\"sum\",\"tree_name\":\"" + name + "\"}"))
                    .isNull();
            assertThat(request.treeName()).isEqualTo(name);
        }
    }

    @Test
    void namesThatNoTreeCanHaveAreValidationErrors() {
        String longest = "ä".repeat(32_768);
        parse("{\"command\":\"create\",\"tree_name\":\"" + longest + "\"}");
        assertThat(request.validate()).isNull();
        parse("{\"command\":\"create\",\"tree_name\":\"" + longest + "a\"}");
        assertThat(request.validate()).isEqualTo("Field tree_name must have at most 65536 bytes");
    }

    @Test
    void everyCommandIsKnownByItsNameOnly() {
        for (Command command : Command.values()) {
            parse("{\"command\":\"" + command.text() + "\"}");
            assertThat(request.command()).isSameAs(command);
            parse("{\"command\":\"" + command.text().toUpperCase(java.util.Locale.ROOT) + "\"}");
            assertThat(request.command()).isNull();
            parse("{\"command\":\"" + command.text() + "x\"}");
            assertThat(request.unknownCommand()).isEqualTo(command.text() + "x");
        }
        assertThat(Command.values()).hasSize(19);
    }

    private static String set(String fields) {
        return "{\"command\":\"set\",\"tree_name\":\"a\",\"key\":1" + fields + "}";
    }

    @ParameterizedTest
    @CsvSource({"10101, 0", "20240229, 18446744073709551615", "99991231, 9223372036854775808"})
    void readsTheDayAndTheCountOfASet(int day, String count) {
        assertThat(parse(set(",\"day\":" + day + ",\"count\":" + count))).isNull();
        assertThat(request.validate()).isNull();
        assertThat(request.day()).isEqualTo(day);
        assertThat(request.count()).isEqualTo(Long.parseUnsignedLong(count));
        assertThat(parse(set(",\"count\":" + count))).isNull();
        assertThat(request.validate()).isEqualTo("Field day is required");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | Field day is required",
                ",\"day\":null,\"count\":1 | Field day is required",
                ",\"day\":20240101 | Field count is required",
                ",\"day\":20240101,\"count\":1,\"count\":null | Field count is required",
                ",\"day\":20230229,\"count\":1 | Field day must be a day of the calendar as an integer YYYYMMDD",
                ",\"day\":0,\"count\":1 | Field day must be a day of the calendar as an integer YYYYMMDD",
                ",\"day\":4315207397,\"count\":1 | Field day must be a day of the calendar as an integer YYYYMMDD",
                ",\"day\":18446744073709551615,\"count\":1 | Field day must be a day of the calendar as an integer YYYYMMDD",
                ",\"day\":\"20240101\",\"count\":1 | Field day must be a day of the calendar as an integer YYYYMMDD",
                ",\"day\":[20240101],\"count\":1 | Field day must be a day of the calendar as an integer YYYYMMDD",
                ",\"day\":20240101,\"count\":-1 | Field count must be an integer from 0 to 18446744073709551615",
                ",\"day\":20240101,\"count\":1.0 | Field count must be an integer from 0 to 18446744073709551615",
                ",\"day\":20240101,\"count\":{\"count\":1} | Field count must be an integer from 0 to 18446744073709551615",
                ",\"day\":20240101,\"count\":18446744073709551616 | Field count must be an integer from 0 to 18446744073709551615"
            })
    void saysWhatASetLacks(String fields, String expected) {
        assertThat(parse(set(fields))).isNull();
        assertThat(request.validate()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\"", "-1", "1.5", "[1,{\"key\":\"a\"}]", "{\"command\":1}", "true", "1e400"})
    void dayAndCountAreUnknownFieldsToOtherCommands(String value) {
        assertThat(parse("{\"day\":" + value + ",\"count\":" + value + ",\"command\":\"increment\",\"tree_name\":\"a\","
                        + "\"key\":2}"))
                .isNull();
        assertThat(request.validate()).isNull();
        assertThat(request.key()).isEqualTo(2);
    }

    @Test
    void encodesTokensAsTheJdkDoes() {
        String token = "tökén€🙂\u0001";
        parse("{\"command\":\"ping\",\"token\":\"tökén€🙂\\u0001\"}");
        byte[] expected = token.getBytes(StandardCharsets.UTF_8);
        assertThat(request.tokenBytes()).isEqualTo(expected.length);
        assertThat(java.util.Arrays.copyOf(request.encodeToken(new byte[1]), expected.length))
                .isEqualTo(expected);
    }
}
