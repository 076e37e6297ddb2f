package io.karmadb.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.client.KarmaCommand;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerTextTest {
    private static String text(KarmaCommand command, String json) throws IOException {
        return AnswerText.of(command, json, 40);
    }

    @Test
    void everyKindOfAnswerHasItsText() throws IOException {
        assertThat(text(KarmaCommand.INCREMENT, "1")).isEqualTo("OK\n");
        assertThat(text(KarmaCommand.SUM, "18446744073709551615")).isEqualTo("18446744073709551615\n");
        assertThat(text(KarmaCommand.PING, "\"pong\"")).isEqualTo("pong\n");
        assertThat(text(KarmaCommand.TREES, "[\"a\",\"b c\"]")).isEqualTo("a\nb c\n");
        assertThat(text(KarmaCommand.TREES, "[]")).isEmpty();
        assertThat(text(KarmaCommand.METRICS, "\"# x\\ny 1\\n\"")).isEqualTo("# x\ny 1\n");
        assertThat(text(
                        KarmaCommand.VERIFY,
                        "{\"status\":\"failed\",\"dump_count\":2,\"problems\":[\"a\",\"b\"],\"new\":{\"x\":1}}"))
                .isEqualTo("status      failed\ndump count  2\nproblems    a\n            b\nnew         {\n");
    }

    @Test
    void daysHaveBarsInProportion() throws IOException {
        assertThat(text(KarmaCommand.FIND, "{\"20260501\":1,\"20260502\":100,\"20260503\":50,\"20260504\":0}"))
                .isEqualTo("""
                        2026-05-01    1  ▎
                        2026-05-02  100  ███████████████████████
                        2026-05-03   50  ███████████▌
                        2026-05-04    0
                        """);
        assertThat(text(KarmaCommand.FIND, "{}")).isEqualTo("No days.\n");
    }

    @Test
    void barsFitTheWidthAndTheLargestCount() {
        List<BarChart.Day> days = List.of(new BarChart.Day("a", -1), new BarChart.Day("b", Long.MAX_VALUE));
        for (int columns : new int[] {0, 10, 40, 80, 500}) {
            List<String> lines = BarChart.draw(days, columns).lines().toList();
            int bar = lines.get(0).length() - "a  18446744073709551615  ".length();
            assertThat(bar).isBetween(8, 60);
            assertThat(lines.get(0).length())
                    .isLessThanOrEqualTo(Math.max(columns, "a  18446744073709551615  ".length() + 8));
            assertThat(lines.get(1).length() - "b  18446744073709551615  ".length())
                    .isEqualTo((bar + 1) / 2);
        }
    }

    @Test
    void nothingFromTheServerControlsTheTerminal() throws IOException {
        String hostile = "\\u001b[31mred\\u0007\\u009b2J\\r\\n\\u202e\\u2028x";
        String shown = "\\u001b[31mred\\u0007\\u009b2J\\u000d\\u000a\\u202e\\u2028x";
        assertThat(text(KarmaCommand.TREES, "[\"" + hostile + "\"]")).isEqualTo(shown + "\n");
        assertThat(text(KarmaCommand.LOAD, "\"" + hostile + "\"")).isEqualTo(shown + "\n");
        assertThat(text(KarmaCommand.HEALTH, "{\"" + hostile + "\":\"" + hostile + "\"}"))
                .isEqualTo(shown + "  " + shown + "\n");
        assertThat(text(KarmaCommand.FIND, "{\"" + hostile + "\":1}")).startsWith(shown);
        assertThat(text(KarmaCommand.METRICS, "\"a\\u001b[0m\"")).isEqualTo("a\\u001b[0m\n");
    }

    @Test
    void answerIsTakenApartAsItIs() throws IOException {
        assertThat(AnswerLine.parse(
                        "{\"protocol_version\":1,\"success\":true,\"response\": [1, \"x\\\"\"] ,\"error_code\":null}"))
                .isEqualTo(new AnswerLine(true, "[1, \"x\\\"\"]", null));
        assertThat(AnswerLine.parse("{\"response\":12,\"success\":true}")).isEqualTo(new AnswerLine(true, "12", null));
        assertThat(AnswerLine.parse("{\"success\":true,\"response\":\"x\"}").response())
                .isEqualTo("\"x\"");
        assertThat(AnswerLine.parse("{\"success\":true,\"response\":true}").response())
                .isEqualTo("true");
    }
}
