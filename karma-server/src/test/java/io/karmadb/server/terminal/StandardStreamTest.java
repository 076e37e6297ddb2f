package io.karmadb.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardStreamTest {
    @ParameterizedTest
    @CsvSource({
        "/dev/pts/0, true",
        "/dev/pts/17, true",
        "/dev/tty, true",
        "/dev/tty1, true",
        "/dev/ttyS0, true",
        "/dev/console, true",
        "/dev/null, false",
        "pipe:[4711], false",
        "socket:[4711], false",
        "/home/me/dev/pts/0, false",
        "/dev/consoles, false"
    })
    void aTerminalIsKnownByItsDevice(Path device, boolean terminal) {
        assertThat(StandardStream.isTerminal(device)).isEqualTo(terminal);
    }
}
