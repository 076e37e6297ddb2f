package io.karmadb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private long now;

    private final ProgressBar bar = new ProgressBar(
            new PrintStream(shown, true, StandardCharsets.UTF_8), () -> TimeUnit.MILLISECONDS.toNanos(now));

    @Test
    void showsHowFarItIsAfterAMomentAndNotTooOften() {
        bar.begin("importing", 1_000);
        now = 499;
        bar.show(1_500, 10, 100);
        assertThat(shown.toString(StandardCharsets.UTF_8)).isEmpty();
        now = 1_000;
        bar.show(2_024, 50, 100);
        String line = "importing [############............]  50 %  2,024 rows, 1,024/s";
        assertThat(shown.toString(StandardCharsets.UTF_8)).isEqualTo("\r" + line);
        now = 1_100;
        bar.show(3_000, 60, 100);
        assertThat(shown.toString(StandardCharsets.UTF_8)).isEqualTo("\r" + line);
        bar.clear();
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .isEqualTo("\r" + line + "\r" + " ".repeat(line.length()) + "\r");
    }

    @Test
    void showsRowsOnlyWhereNobodyKnowsHowManyThereAre() {
        bar.begin("exporting", 0);
        now = 2_000;
        bar.row(1024, 5, 0);
        assertThat(shown.toString(StandardCharsets.UTF_8)).isEqualTo("\rexporting  1,024 rows, 512/s");
    }

    @Test
    void showsNothingWithoutATerminal() {
        ProgressBar none = new ProgressBar(null, () -> Long.MAX_VALUE / 2);
        none.begin("importing", 0);
        none.show(1, 1, 1);
        none.clear();
        assertThat(shown.toString(StandardCharsets.UTF_8)).isEmpty();
    }
}
