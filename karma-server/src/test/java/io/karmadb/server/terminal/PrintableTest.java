package io.karmadb.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrintableTest {
    private static void assertEscaped(int first, int last) {
        for (int c = first; c <= last; c++) {
            String text = "a" + (char) c + "b";
            assertThat(Printable.is(text)).as("U+%04X", c).isFalse();
            assertThat(Printable.of(text)).isEqualTo(String.format("a\\u%04xb", c));
        }
    }

    @Test
    void textThatPeopleReadStaysAsItIs() {
        String text = "a b\u00a0ü é 日本 \ud83d\ude00 עברית ~\\\"'<>";
        assertThat(Printable.is(text)).isTrue();
        assertThat(Printable.of(text)).isEqualTo(text);
        assertThat(IntStream.rangeClosed(' ', '~').allMatch(c -> Printable.is(Character.toString(c))))
                .isTrue();
    }

    @Test
    void whatControlsATerminalIsEscaped() {
        assertEscaped(0x00, 0x1f);
        assertEscaped(0x7f, 0x9f);
    }

    @Test
    void whatTurnsTextAroundOrHidesIsEscaped() {
        assertEscaped(0x061c, 0x061c); // Arabic letter mark
        assertEscaped(0x200b, 0x200f); // without width, and the marks of direction
        assertEscaped(0x202a, 0x202e); // embeddings and overrides
        assertEscaped(0x2066, 0x2069); // isolates
        assertEscaped(0xfeff, 0xfeff);
        assertEscaped(0x00ad, 0x00ad);
        assertThat(Printable.of("a" + Character.toString(0xe0041))).isEqualTo("a\\udb40\\udc41");
    }

    @Test
    void whatEndsALineIsEscaped() {
        assertEscaped(0x2028, 0x2029);
        assertThat(Printable.of("a\r\nb")).isEqualTo("a\\u000d\\u000ab");
    }

    @Test
    void halfASurrogatePairIsEscaped() {
        assertEscaped(0xd800, 0xd800);
        assertEscaped(0xdfff, 0xdfff);
        assertThat(Printable.of("\ude00\ud83d")).isEqualTo("\\ude00\\ud83d");
    }
}
