package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClickStatisticsTest {
    @TempDir
    Path scratch;

    @Test
    void printsTheTotalsOfAllLinksAndOneLinksChart() throws Exception {
        List<String> lines = JavaProcess.run(scratch, ClickStatistics.class);

        assertThat(lines.subList(0, 3))
                .as("one line a link, in no particular order")
                .containsExactlyInAnyOrder(
                        "/Ab3            227 clicks on 13 days",
                        "/q              404 clicks on 13 days",
                        "/LoNgLiNk09     581 clicks on 13 days");
        assertThat(lines.subList(3, lines.size()))
                .containsExactly(
                        "",
                        "/Ab3, clicks a day",
                        "Tue 10 Nov |################################## 24",
                        "Wed 11 Nov |############################ 20",
                        "Thu 12 Nov |###################################### 27",
                        "Fri 13 Nov |################################ 23",
                        "Sat 14 Nov |################## 13",
                        "Sun 15 Nov |############ 9",
                        "Mon 16 Nov |############################### 22",
                        "Tue 17 Nov | 0",
                        "Wed 18 Nov |################################### 25",
                        "Thu 19 Nov |############################## 21",
                        "Fri 20 Nov |######################################## 28",
                        "Sat 21 Nov |########## 7",
                        "Sun 22 Nov |#### 3",
                        "Mon 23 Nov |####### 5");
    }
}
