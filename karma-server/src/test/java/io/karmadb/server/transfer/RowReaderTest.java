package io.karmadb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What lines are rows, and what is said of those that are none, however the bytes come. */
class RowReaderTest {
    private static final String HEADER = "tree,key,day,count\r\n";

    /** Gives at most so many bytes at a time. */
    private record Slowly(InputStream in, int most) {
        InputStream stream() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    return in.read();
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    return in.read(into, offset, Math.min(most, length));
                }
            };
        }
    }

    private static List<String> read(String text, Format format, int most) throws IOException {
        List<String> found = new ArrayList<>();
        InputStream in = new Slowly(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), most).stream();
        Row row = new Row();
        try (RowReader reader = new RowReader(in, format, 0, 1)) {
            while (true) {
                try {
                    if (!reader.next(row)) {
                        return found;
                    }
                    found.add(reader.line() + ": " + row.tree + "|" + Long.toUnsignedString(row.key) + "|" + row.day
                            + "|" + Long.toUnsignedString(row.count) + " -" + reader.nextLine());
                } catch (BadRowException e) {
                    found.add(reader.line() + ": " + e.getMessage());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 100, 100_000})
    void csvIsReadAsItsRuleSays(int most) throws IOException {
        String text = "\uFEFF" + HEADER + "a,1,20240229,5\r\n\n\"b,\"\"\r\n2\",18446744073709551615,00010101,"
                + "18446744073709551615\n\" \",0,20261123,0\n\"q\",\"1\",\"20240101\",\"2\"\nlast,1,20240101,1";
        assertThat(read(text, Format.CSV, most))
                .containsExactly(
                        "2: a|1|20240229|5 -3",
                        "4: b,\"\r\n2|18446744073709551615|10101|18446744073709551615 -6",
                        "6:  |0|20261123|0 -7",
                        "7: q|1|20240101|2 -8",
                        "8: last|1|20240101|1 -8");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 100, 100_000})
    void linesOfJsonAreObjectsWithFourFields(int most) throws IOException {
        String text =
                "{\"tree\":\"a\\n\\u00e4\\ud83d\\ude42\",\"key\":18446744073709551615,\"day\":10101,\"count\":0}\n\n"
                        + " { \"count\" : 7, \"day\":20240229,\"key\":1, \"tree\":\"日本\" } \r\n{\"tree\":\"a\"}\n";
        assertThat(read(text, Format.JSONL, most))
                .containsExactly(
                        "1: a\nä🙂|18446744073709551615|10101|0 -2",
                        "3: 日本|1|20240229|7 -4",
                        "4: it must be an object with the fields tree, key, day and count");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "a,1,20240101 | it must have the 4 fields tree,key,day,count, not 3",
                "a,1,20240101,1,1 | it must have the 4 fields tree,key,day,count, not 5",
                ",1,20240101,1 | tree must not be empty",
                "a,-1,20240101,1 | key must be an integer from 0 to 18446744073709551615, not \"-1\"",
                "a,18446744073709551616,20240101,1 | key must be an integer from 0 to 18446744073709551615, not \"18446744073709551616\"",
                "a,99999999999999999999,20240101,1 | key must be an integer from 0 to 18446744073709551615, not \"99999999999999999999\"",
                "a,,20240101,1 | key must be an integer from 0 to 18446744073709551615, not \"\"",
                "a,1,20230229,1 | day must be a day of the calendar as YYYYMMDD, not \"20230229\"",
                "a,1,2024-01-01,1 | day must be a day of the calendar as YYYYMMDD, not \"2024-01-01\"",
                "a,1,20240101,1.5 | count must be an integer from 0 to 18446744073709551615, not \"1.5\"",
                "a,1,20240101,+1 | count must be an integer from 0 to 18446744073709551615, not \"+1\"",
                "a\"b,1,20240101,1 | a field with a quote in it must stand in quotes, the quote doubled",
                "\"a\"b,1,20240101,1 | a closing quote must be followed by a comma or the end of the line"
            })
    void badLinesOfCsvAreNamedAndTheNextIsRead(String line, String expected) throws IOException {
        assertThat(read(HEADER + line + "\ngood,1,20240101,1\n", Format.CSV, 1000))
                .containsExactly("2: " + expected, "3: good|1|20240101|1 -4");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "[] | it must be an object with the fields tree, key, day and count",
                "{\"tree\":\"a\",\"key\":1,\"day\":20240101,\"count\":1,\"x\":1} | there is no field \"x\"",
                "{\"tree\":\"\\ud800\",\"key\":1,\"day\":20240101,\"count\":1} | tree has half a surrogate pair, which is no text",
                "{\"tree\":1,\"key\":1,\"day\":20240101,\"count\":1} | tree must be a string",
                "{\"tree\":\"a\",\"key\":\"1\",\"day\":20240101,\"count\":1} | key must be an integer without quotes, fraction or exponent",
                "{\"tree\":\"a\",\"key\":1,\"day\":20240101,\"count\":1e3} | count must be an integer without quotes, fraction or exponent",
                "{\"tree\":\"a\",\"key\":1,\"day\":20240132,\"count\":1} | day must be a day of the calendar as YYYYMMDD, not \"20240132\"",
                "{\"tree\":\"a\",\"key\":1,\"day\":20240101,\"count\":-1} | count must be an integer from 0 to 18446744073709551615, not \"-1\"",
                "{\"tree\":\"a\",\"key\":1,\"day\":20240101,\"count\":1}{} | something follows the object"
            })
    void badLinesOfJsonAreNamedAndTheNextIsRead(String line, String expected) throws IOException {
        String good = "{\"tree\":\"good\",\"key\":1,\"day\":20240101,\"count\":1}";
        assertThat(read(line + "\n" + good + "\n", Format.JSONL, 1000))
                .containsExactly("1: " + expected, "2: good|1|20240101|1 -3");
    }

    @Test
    void textThatIsNoJsonOrNotWholeIsSaid() throws IOException {
        for (String line : List.of(
                "{\"tree\":\"a\"", "{\"tree\":\"a\",\"tree\":\"b\"}", "{\"day\":01}", "nonsense", "{\"tree\":tru}")) {
            assertThat(read(line + "\n", Format.JSONL, 7))
                    .singleElement()
                    .asString()
                    .startsWith("1: it is not valid JSON: ");
        }
    }

    @Test
    void bytesThatAreNoUtf8AreSaid() throws IOException {
        for (Format format : Format.values()) {
            byte[] line = (format == Format.CSV
                            ? HEADER + "?,1,20240101,1\n"
                            : "{\"tree\":\"?\",\"key\":1,\"day\":20240101,\"count\":1}\n")
                    .getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < line.length; i++) {
                line[i] = line[i] == '?' ? (byte) 0xC0 : line[i];
            }
            try (RowReader reader = new RowReader(new ByteArrayInputStream(line), format, 0, 1)) {
                org.assertj.core.api.Assertions.assertThatThrownBy(() -> reader.next(new Row()))
                        .isInstanceOf(BadRowException.class)
                        .hasMessage("it is not valid UTF-8");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 100_000})
    void aLineThatIsTooLongIsNamedAndTheNextIsRead(int most) throws IOException {
        String tooLong = "a".repeat(RecordReader.RECORD_BYTES_MAX + 1);
        for (String line : List.of(tooLong, "\"" + tooLong)) {
            assertThat(read(HEADER + line + ",1,20240101,1\ngood,1,20240101,1\n" + line, Format.CSV, most))
                    .containsExactly(
                            "2: it is longer than 524288 bytes",
                            "3: good|1|20240101|1 -4",
                            "4: it is longer than 524288 bytes");
        }
        String longest = "a".repeat(65_536);
        assertThat(read(HEADER + longest + ",1,20240101,1\n", Format.CSV, most))
                .containsExactly("2: " + longest + "|1|20240101|1 -3");
        assertThat(read(HEADER + longest + "a,1,20240101,1\n", Format.CSV, most))
                .containsExactly("2: tree must have at most 65536 bytes");
    }

    @Test
    void aFileWithoutHeaderIsRefused() throws IOException {
        assertThat(read("a,1,20240101,1\n", Format.CSV, 100))
                .containsExactly("1: the first line must be the header tree,key,day,count");
        assertThat(read("", Format.CSV, 100)).isEmpty();
        assertThat(read(HEADER, Format.CSV, 100)).isEmpty();
    }

    @Test
    void aQuoteThatIsNotClosedIsNamedByTheLineInWhichItOpens() throws IOException {
        assertThat(read(HEADER + "a,1,20240101,1\n\"b,1,20240101,1\nc,1,20240101,1\n", Format.CSV, 100))
                .containsExactly("2: a|1|20240101|1 -3", "3: a quote is not closed");
    }
}
