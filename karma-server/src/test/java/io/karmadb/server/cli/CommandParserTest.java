package io.karmadb.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandParserTest {
    private final CommandParser parser = new CommandParser(() -> LocalDate.of(2026, 3, 1));

    private String request(String line) throws UsageException {
        return parser.parse(Words.of(line)).request().toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    ping                                | {"command":"ping"}
                    dump-all                            | {"command":"dump_all"}
                    dump_all                            | {"command":"dump_all"}
                    increment a 18446744073709551615    | {"command":"increment","tree_name":"a","key":18446744073709551615}
                    increment 'a b' 0                   | {"command":"increment","tree_name":"a b","key":0}
                    increment "a\\"b" 0                 | {"command":"increment","tree_name":"a\\"b","key":0}
                    create -- --from                    | {"command":"create","tree_name":"--from"}
                    sum a 1                             | {"command":"sum","tree_name":"a","key":1}
                    sum a 1 --from 2026-05-01 --to 20260504 | {"command":"sum","tree_name":"a","key":1,"time_from":20260501,"time_to":20260504}
                    sum --to=today a 1                  | {"command":"sum","tree_name":"a","key":1,"time_from":0,"time_to":20260301}
                    find a --from -7d                   | {"command":"find","tree_name":"a","time_from":20260222,"time_to":99999999}
                    find a 1 --from yesterday --to -0d  | {"command":"find","tree_name":"a","key":1,"time_from":20260228,"time_to":20260301}
                    find a 1                            | {"command":"find","tree_name":"a","key":1,"time_from":0,"time_to":99999999}
                    delete a --from 20260101 --to today | {"command":"delete","tree_name":"a","time_from":20260101,"time_to":20260301}
                    reset a 5                           | {"command":"reset","tree_name":"a","key":5}
                    load 1_a.tree                       | {"command":"load","tree_name":"1_a.tree"}
                    """)
    void wordsBecomeARequest(String line, String request) throws UsageException {
        assertThat(request(line)).isEqualTo(request);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nope",
                "PING",
                "ping x",
                "increment",
                "increment a",
                "increment a 1 2",
                "increment a -1",
                "increment a +1",
                "increment a 1.0",
                "increment a 18446744073709551616",
                "increment a 1 --from today",
                "sum a 1 --from",
                "sum a 1 --form today",
                "sum a 1 --from 2026-02-29",
                "sum a 1 --from 2026-5-1",
                "sum a 1 --from 20261301",
                "sum a 1 --from tomorrow",
                "sum a 1 --from today --to -1d",
                "delete a",
                "delete a --from today",
                "create ''",
                "create \"a",
                "sum a 1 --json"
            })
    void whatCannotBeMeantIsRefused(String line) {
        assertThatThrownBy(() -> request(line)).isInstanceOf(UsageException.class);
    }

    @Test
    void findOfATreeIsOneThatMayBeLong() throws UsageException {
        assertThat(parser.parse(List.of("find", "a")).isWholeTree()).isTrue();
        assertThat(parser.parse(List.of("find", "a", "1")).isWholeTree()).isFalse();
        assertThat(parser.parse(List.of("trees")).isWholeTree()).isFalse();
    }

    @Test
    void everyCommandOfTheProtocolHasAWord() {
        Set<String> words =
                CommandWord.all().stream().map(word -> word.command().text()).collect(Collectors.toSet());
        assertThat(words).hasSize(18);
        CommandWord.all().forEach(word -> assertThat(Shell.help()).contains("  " + word.synopsis() + "  "));
    }

    @Test
    void blankLineHasNoWords() throws UsageException {
        assertThat(Words.of("  \t ")).isEmpty();
    }
}
