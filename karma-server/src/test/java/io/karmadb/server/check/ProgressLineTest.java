package io.karmadb.server.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private long millis = 5;
    private final ProgressLine line =
            new ProgressLine(new PrintStream(terminal, true, StandardCharsets.US_ASCII), () -> millis * 1_000_000);

    private void readAt(long now, long bytes) {
        millis = 5 + now;
        line.read(bytes, 200_000_000);
    }

    private String shown() {
        return terminal.toString(StandardCharsets.US_ASCII);
    }

    @Test
    void whatIsQuickShowsNothing() {
        readAt(0, 1);
        readAt(999, 150_000_000);
        line.clear();
        assertThat(shown()).isEmpty();
    }

    @Test
    void whatTakesLongIsShownNowAndThenAndTakenAway() {
        readAt(1000, 120_000_000);
        readAt(1199, 130_000_000);
        assertThat(shown()).isEqualTo("\rkarma: read 120.0 of about 200.0 MB (60 %)");
        readAt(1200, 150_000_000);
        assertThat(shown()).endsWith("\rkarma: read 150.0 of about 200.0 MB (75 %)");
        line.clear();
        line.clear();
        String line = "karma: read 150.0 of about 200.0 MB (75 %)";
        assertThat(shown()).endsWith(line + "\r" + " ".repeat(line.length()) + "\r");
    }
}
