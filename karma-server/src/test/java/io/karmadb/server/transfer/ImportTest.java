package io.karmadb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Day;
import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an import takes, and what it refuses before it has changed anything. */
@Timeout(180)
@Tag("exhaustive")
class ImportTest extends Transfers {
    @Test
    void badLinesAreNamedAndNothingIsImported() throws IOException {
        String bad = HEADER + "a,1,20240101,1\nb,x,20240101,1\nc,1,20240230,1\nd,1\n"
                + "e,1,20240101,18446744073709551615\ne,1,20240102,1\n";
        Run run = importing(bad, at("data", "-"));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().lines().toList())
                .containsExactly(
                        "karma import: line 3: key must be an integer from 0 to 18446744073709551615, not \"x\"",
                        "karma import: line 4: day must be a day of the calendar as YYYYMMDD, not \"20240230\"",
                        "karma import: line 5: it must have the 4 fields tree,key,day,count, not 2",
                        "karma import: line 7: with this count the key's total would pass 18446744073709551615",
                        "karma import: 4 bad lines; nothing was imported");
        assertThat(Files.exists(temporary.resolve("data"))).isFalse();
        Run many = importing(HEADER + "x\n".repeat(25), at("data", "-"));
        assertThat(many.err().lines().toList())
                .hasSize(21)
                .last()
                .isEqualTo("karma import: 25 bad lines, 5 of them not shown; nothing was imported");
    }

    @Test
    void aDryRunChecksAndImportsNothing() {
        Run run = importing(HEADER + "a,1,20240101,1\n", at("data", "--dry-run", "-"));
        assertThat(run).isEqualTo(new Run(0, "1 row good; nothing was imported\n", ""));
        assertThat(Files.exists(temporary.resolve("data"))).isFalse();
    }

    @Test
    void anEmptyFileIsImported() throws IOException {
        assertThat(importing("", at("data", "-")).out()).isEqualTo("0 rows imported\n");
        start("server", 4096);
        assertThat(importing(HEADER, words("-")).out()).isEqualTo("0 rows imported\n");
        assertThat(store.trees()).isEmpty();
    }

    @Test
    void theLastLineOfABucketCountsAndOthersAreLeftAlone() throws IOException {
        start("server", 4096);
        store.tree("a").set(1, 20240101, 50);
        store.tree("a").set(1, 20240102, 60);
        succeeds(importing(HEADER + "a,1,20240101,7\na,1,20240103,8\na,1,20240101,9\n", words("-")));
        assertThat(export(words()).out()).isEqualTo(HEADER + "a,1,20240101,9\r\na,1,20240102,60\r\na,1,20240103,8\r\n");
        assertThat(store.tree("a").sum(1)).isEqualTo(9 + 60 + 8);
    }

    @Test
    void aDayThatHasNotComeIsRefusedBeforeAnythingIsImported() throws IOException {
        int tomorrow = Day.of(LocalDate.now(ZoneId.systemDefault()).plusDays(2));
        String rows = HEADER + "a,1,20240101,1\nb,1," + tomorrow + ",1\n";
        Run offline = importing(rows, at("data", "-"));
        assertThat(offline.status()).isEqualTo(1);
        assertThat(offline.err()).contains("line 3 was refused: The day has not come yet: day=" + tomorrow);
        assertThat(export(at("data")).out()).isEqualTo(HEADER);
        start("server", 4096);
        Run online = importing(rows, words("-"));
        assertThat(online.status()).isEqualTo(1);
        assertThat(online.err()).contains("line 3 was refused: The day has not come yet: day=" + tomorrow);
        assertThat(store.trees()).isEmpty();
    }

    @Test
    void aNameTooLongForTheServersRequestsIsRefusedBeforeAnythingIsImported() throws IOException {
        start("server", 500);
        String rows = HEADER + "a,1,20240101,1\n" + "n".repeat(500) + ",1,20240101,1\n";
        Run run = importing(rows, words("-"));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("line 3 was refused: Request exceeds 500 bytes (request_too_large)");
        assertThat(store.trees()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCounterThatWouldPassItsMaximumIsFoundBeforeAnythingIsImported(boolean intoServer) throws IOException {
        start("data", 4096);
        store.tree("a").set(1, 20240101, -1);
        store.tree("a").set(1, 20240101, -10);
        String[] words = intoServer ? words(file("x.csv")) : at("data", file("x.csv"));
        if (!intoServer) {
            stop();
        }
        // The bucket that gives way makes room, and then there is too little of it.
        String good = HEADER
                + "a,2,20240102,1\nnew,1,20240102,-\na,1,20240101,7\na,1,20240102,18446744073709551608\n"
                        .replace("-", Long.toUnsignedString(-1));
        Files.writeString(temporary.resolve("x.csv"), good + "a,3,20240102,1\na,1,20240103,1\n");
        Run run = importing("", words);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualTo("karma import: line 7 was refused: Counter would pass 18446744073709551615: tree=a, key=1, "
                        + "other days=18446744073709551615, day=20240103, count=1; nothing was changed\n");
        assertThat(temporary.resolve("x.csv.karma-import")).doesNotExist();
        if (!intoServer) {
            start("data", 4096);
        }
        assertThat(export(words()).out()).isEqualTo(HEADER + "a,1,20240101,18446744073709551606\r\n");
        if (!intoServer) {
            stop();
        }
        Files.writeString(temporary.resolve("x.csv"), good);
        succeeds(importing("", words));
        succeeds(importing("", words)); // again changes nothing
    }
}
