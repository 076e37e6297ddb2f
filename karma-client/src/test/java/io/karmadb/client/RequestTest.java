package io.karmadb.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {
    @Test
    void lineHasTheFieldsThatWereGiven() {
        Request request = Request.of(KarmaCommand.FIND).tree("a\"\nb ü").key(-1).days(new Days(20260501, 20260531));
        assertThat(request)
                .hasToString("{\"command\":\"find\",\"tree_name\":\"a\\\"\\nb ü\",\"key\":18446744073709551615,"
                        + "\"time_from\":20260501,\"time_to\":20260531}");
        assertThat(new String(request.line("t\\"), StandardCharsets.UTF_8))
                .startsWith("{\"command\":\"find\",\"token\":\"t\\\\\",")
                .endsWith("}\n");
        assertThat(Request.of(KarmaCommand.DUMP_ALL)).hasToString("{\"command\":\"dump_all\"}");
        assertThat(Request.of(KarmaCommand.INCREMENT).tree("a").key(0))
                .hasToString("{\"command\":\"increment\",\"tree_name\":\"a\",\"key\":0}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\uD800"})
    void nameThatNoTreeCanHaveIsRefused(String name) {
        assertThatThrownBy(() -> Request.of(KarmaCommand.CREATE).tree(name))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nameIsLimitedInBytes() {
        Request.of(KarmaCommand.CREATE).tree("ü".repeat(32_768));
        assertThatThrownBy(() -> Request.of(KarmaCommand.CREATE).tree("ü".repeat(32_768) + "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65536");
    }

    @Test
    void daysAreInOrder() {
        assertThat(Days.between(LocalDate.of(2026, 5, 1), LocalDate.of(2026, 12, 31)))
                .isEqualTo(new Days(20260501, 20261231));
        assertThatThrownBy(() -> new Days(2, 1)).hasMessageContaining("first=2, last=1");
        assertThatThrownBy(() -> new Days(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Days.between(LocalDate.of(2026, 1, 1), LocalDate.of(10_000, 1, 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
