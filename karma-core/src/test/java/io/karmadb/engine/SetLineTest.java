package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CorruptionException;
import io.karmadb.DayRange;
import io.karmadb.Durability;
import io.karmadb.disk.RealDisk;
import io.karmadb.wal.LineTemplate;
import io.karmadb.wal.WriteAheadLog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a restart makes of a line that sets a bucket, whole or with a part that it must not lack. */
class SetLineTest {
    @TempDir
    Path parent;

    private TestStore test;

    private void prepare() {
        test = new TestStore(parent);
        test.open().tree("a").increment(1);
        test.close();
    }

    private void append(String body) {
        try (WriteAheadLog log =
                WriteAheadLog.openSmall(new RealDisk(), test.directory(), Durability.WRITE, 1, 2, false)) {
            log.append(LineTemplate.of(body.getBytes(StandardCharsets.UTF_8)), 0, 0, 0);
        }
    }

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void aDayAfterTodayIsReplayed() {
        // The clock may have gone back since; what was acknowledged stays.
        prepare();
        append("\"command\":\"set\",\"tree_name\":\"a\",\"key\":1,\"day\":20300101,\"count\":5");
        assertThat(test.open().tree("a").find(1, DayRange.ALL).toMap()).isEqualTo(Map.of(20261120, 1L, 20300101, 5L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"key\":1,\"day\":20261101            | the field count",
                "\"day\":20261101,\"count\":3          | the field key",
                "\"key\":1,\"count\":3                 | a day of the calendar",
                "\"key\":1,\"day\":20261131,\"count\":3 | a day of the calendar",
                "\"key\":1,\"day\":20261101,\"count\":-3 | an integer from 0 to 2^64-1 in field count"
            })
    void aLineThatLacksAPartIsRefusedAndNothingIsChanged(String fields, String expected) {
        prepare();
        append("\"command\":\"set\",\"tree_name\":\"a\"," + fields.strip());
        var before = Directories.contents(test.directory());
        assertThatThrownBy(test::open)
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("expected=line 2: " + expected + ", found=");
        assertThat(Directories.contents(test.directory())).isEqualTo(before);
    }
}
