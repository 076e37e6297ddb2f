package io.karmadb.server.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransportTest {
    @ParameterizedTest
    @CsvSource({
        "6.1, true",
        "6.1.0-18-amd64, true",
        "6.18.44, true",
        "7.0, true",
        "10.2.1, true",
        "6.0.19, false",
        "5.15.0-91-generic, false",
        "5.19, false",
        "6, false",
        "'', false",
        "unknown, false"
    })
    void kernelIsRecentEnoughOrNot(String version, boolean good) {
        assertThat(Transport.isKernelGoodFor(version)).isEqualTo(good);
    }
}
