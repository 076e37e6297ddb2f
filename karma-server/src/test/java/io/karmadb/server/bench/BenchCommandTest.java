package io.karmadb.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.server.KarmaServer;
import io.karmadb.server.network.NetworkSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private KarmaStore store;
    private KarmaServer server;

    @BeforeEach
    void start() throws Exception {
        store = KarmaStore.open(
                KarmaOptions.builder().history(HistoryKind.ON_HEAP).build());
        server = KarmaServer.start(store, NetworkSettings.LOOPBACK);
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    private int bench(String options) {
        List<String> arguments = new ArrayList<>(List.of("--port=" + server.port()));
        arguments.addAll(List.of(options.split(" ")));
        return BenchCommand.run(
                arguments.toArray(String[]::new),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--connections=1 --pipeline=1",
                "--connections=7 --pipeline=16 --threads=3",
                "--connections=2 --pipeline=5000",
                "--connections=3 --rate=1000000",
                "--connections=3 --pipeline=4 --rate=20000 --threads=2 --distribution=zipf",
                "--client --connections=1",
                "--client --connections=3 --pipeline=16",
                "--client --connections=3 --pipeline=4 --rate=20000"
            })
    void everyRequestArrivesOnceAndIsCountedOnce(String options) {
        assertThat(bench(options + " --warmup=0 --requests=10001 --keys=10 --format=csv"))
                .as(complained())
                .isZero();
        long sum = 0;
        for (int key = 0; key < 10; key++) {
            sum += store.tree("bench").sum(key);
        }
        assertThat(sum).isEqualTo(10_001);
        assertThat(printed().lines()).hasSize(2);
        assertThat(printed().lines().skip(1).findFirst().orElseThrow()).startsWith("increment,10001,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--client "})
    void mixOfEveryCommandIsAnswered(String way) {
        store.tree("a\"b").increment(0);
        assertThat(bench(way
                        + "--warmup=0 --connections=3 --pipeline=4 --requests=7000 --keys=5 --format=json --tree=a\"b"
                        + " --mix=increment=50,decrement=5,sum=10,sum-range=10,find=10,find-tree=5,ping=10"))
                .as(complained())
                .isZero();
        assertThat(printed()).contains("\"find-tree\":{\"requests\":", "\"all\":{\"requests\":7000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--client "})
    void errorsAreCountedAndSaid(String way) {
        assertThat(bench(way + "--warmup=0 --requests=100 --mix=sum --tree=missing"))
                .isEqualTo(1);
        assertThat(printed()).contains("errors       100");
        assertThat(complained()).contains("100 requests failed", "not found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--client "})
    void serverThatIsNotThereIsSaid(String way) {
        server.close();
        assertThat(bench(way + "--requests=1 --warmup=0")).isEqualTo(1);
        assertThat(complained()).containsIgnoringCase("cannot connect");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stray",
                "--port=0",
                "--connections=0",
                "--pipeline=x",
                "--mix=nope",
                "--mix=increment=0",
                "--mix=sum,sum",
                "--distribution=normal",
                "--rate=-1",
                "--format=xml",
                "--threads=51",
                "--protocol=redis --mix=find",
                "--protocol=redis --client",
                "--client --idle=1",
                "--client --threads=2"
            })
    void wrongOptionsAreRefusedBeforeAnythingIsSent(String options) {
        assertThat(bench(options)).isEqualTo(2);
        assertThat(complained()).startsWith("karma bench: ");
        assertThat(printed()).isEmpty();
    }
}
