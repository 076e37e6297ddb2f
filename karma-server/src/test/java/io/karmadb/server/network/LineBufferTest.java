package io.karmadb.server.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineBufferTest {
    private static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(true);

    private final List<ByteBuf> received = new ArrayList<>();

    private ByteBuf bytes(String text) {
        ByteBuf buffer = ALLOCATOR.directBuffer();
        buffer.writeCharSequence(text, StandardCharsets.US_ASCII);
        received.add(buffer);
        return buffer;
    }

    private static void takeAll(LineBuffer lines, boolean inputEnded, List<String> to) {
        byte[] line = new byte[1000];
        for (int length = lines.next(inputEnded); length != LineBuffer.NONE; length = lines.next(inputEnded)) {
            if (length == LineBuffer.TOO_LONG) {
                to.add("too long");
                lines.release();
            } else {
                to.add(new String(line, 0, lines.peek(length, line), StandardCharsets.US_ASCII));
                lines.consume(length);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100})
    void cutsLinesWhateverThePieces(int pieceBytes) {
        String text = "one\ntwo\r\n\n\r\nthree\rx\r\n" + "y".repeat(10) + "\nlast";
        LineBuffer lines = new LineBuffer(10);
        List<String> taken = new ArrayList<>();
        for (int at = 0; at < text.length(); at += pieceBytes) {
            lines.add(ALLOCATOR, bytes(text.substring(at, Math.min(text.length(), at + pieceBytes))));
            takeAll(lines, false, taken);
            lines.compact(ALLOCATOR);
        }
        takeAll(lines, true, taken);
        assertThat(taken).containsExactly("one", "two", "", "", "three\rx", "y".repeat(10), "last");
        assertThat(lines.isEmpty()).isTrue();
        assertThat(received).allMatch(buffer -> buffer.refCnt() == 0);
    }

    @Test
    void linesThatWereReadAheadComeAgainUnlessTheyAreTaken() {
        LineBuffer lines = new LineBuffer(10);
        lines.add(ALLOCATOR, bytes("one\ntwo\r\nthree\nrest"));
        byte[] line = new byte[20];
        List<String> read = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            int first = lines.next(false);
            for (int length = first; length >= 0; length = lines.next(false)) {
                read.add(new String(line, 0, lines.peek(length, line), StandardCharsets.US_ASCII));
            }
            lines.consume(first);
            lines.rewind();
        }
        assertThat(read).containsExactly("one", "two", "three", "two", "three");
        takeAll(lines, true, read);
        assertThat(read).endsWith("three", "three", "rest");
        assertThat(lines.isEmpty()).isTrue();
        assertThat(received.get(0).refCnt()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "10, '', -1",
        "10, '\n', 11",
        "10, '\r\n', 12",
        "10, '\r', -1",
        "11, '', -2",
        "11, '\n', -2",
        "11, '\r\n', -2",
        "10, '\r\r', -2",
        "10, '\rx', -2",
        "500, '', -2"
    })
    void lineMayHaveTheGreatestLengthBesideItsEnd(int length, String end, int expected) {
        LineBuffer lines = new LineBuffer(10);
        lines.add(ALLOCATOR, bytes("z".repeat(length) + end));
        assertThat(lines.next(false)).isEqualTo(expected);
        lines.release();
        assertThat(received.get(0).refCnt()).isZero();
    }
}
