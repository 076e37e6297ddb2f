package io.karmadb.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.zip.CRC32C;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;

class LineFormatPropertyTest {
    private final LineDecoder decoder = new LineDecoder();

    @Property
    void everyLineIsReadBackAsItWasWritten(
            @ForAll @LongRange(min = 1, max = Long.MAX_VALUE - 1) long lsn,
            @ForAll @StringLength(max = 300) String value,
            @ForAll @LongRange(min = 0) long anySynced) {
        byte[] body = Logs.utf8("\"tree_name\":\"" + value.replaceAll("[\\p{Cntrl}\"\\\\]", "_") + "\"");
        long synced = anySynced % lsn;
        byte[] array = new byte[body.length + LineFormat.FRAME_BYTES_MAX + 3];

        int end = new LineEncoder(lsn).encode(array, 3, LineTemplate.of(body), 0, 0, 0, synced);

        assertThat(array[end - 1]).isEqualTo((byte) '\n');
        assertThat(end - 3).isLessThanOrEqualTo(body.length + LineFormat.FRAME_BYTES_MAX);
        assertThat(decoder.decode(array, 3, end - 4)).isTrue();
        assertThat(decoder.lsn()).isEqualTo(lsn);
        assertThat(decoder.synced()).isEqualTo(synced);
        assertThat(Arrays.copyOfRange(array, decoder.bodyStart(), decoder.bodyStart() + decoder.bodyLength()))
                .isEqualTo(body);
        assertThat(OlderLine.of(array, 3, end - 4)).isEqualTo(OlderLine.NUMBERED);
    }

    @Property
    void numbersStandBetweenThePieces(
            @ForAll long first, @ForAll long second, @ForAll long third, @ForAll @LongRange(max = 2) long bits) {
        long[] numbers = {first >>> 40 * bits, second >>> 20 * bits, third >>> 10 * bits}; // also short ones
        byte[][] pieces = {Logs.utf8("\"key\":"), Logs.utf8(",\"日\":"), Logs.utf8(",\"a count of them\":")};
        StringBuilder expected = new StringBuilder();
        for (int count = 1; count <= LineTemplate.NUMBERS_MAX; count++) {
            LineTemplate body = LineTemplate.withNumbers(Arrays.copyOf(pieces, count));
            expected.append(Logs.text(pieces[count - 1], 0, pieces[count - 1].length))
                    .append(Long.toUnsignedString(numbers[count - 1]));
            byte[] array = new byte[body.roomBytes() + Decimal.BYTES_MAX];
            int end = new LineEncoder(7).encode(array, 0, body, numbers[0], numbers[1], numbers[2], 0);
            assertThat(Logs.text(array, 0, end)).startsWith("{\"lsn\":7," + expected + ",\"crc\":\"");
            assertThat(decoder.decode(array, 0, end - 1)).isTrue();
        }
    }

    @Property
    void theLongestLineFillsItsRoomAndNoneTakesMore(
            @ForAll @IntRange(max = 100) int extra, @ForAll long any, @ForAll @IntRange(max = 63) int shift) {
        byte[] piece = Logs.utf8("\"" + "k".repeat(30 + extra) + "\":");
        LineTemplate body = LineTemplate.withNumbers(piece, piece, piece);
        byte[] array = new byte[body.roomBytes() + Decimal.BYTES_MAX];
        assertThat(new LineEncoder(Long.MAX_VALUE - 1).encode(array, 0, body, -1, -1, -1, 0))
                .isEqualTo(body.roomBytes())
                .isGreaterThan(LineTemplate.ROOM_BYTES_MIN);
        long number = any >>> shift;
        assertThat(new LineEncoder((number >>> 1) + 1 >>> 1 | 1).encode(array, 0, body, number, number, number, 0))
                .isLessThanOrEqualTo(body.roomBytes());
    }

    @Property
    void numbersAreThoseOfTheJdk(@ForAll long number, @ForAll @IntRange(max = 63) int shift) {
        byte[] array = new byte[Decimal.BYTES_MAX];
        long value = number >>> shift;
        for (long near : new long[] {value, (long) Math.pow(10, shift % 20), (long) Math.pow(10, shift % 20) - 1}) {
            assertThat(Logs.text(array, 0, Decimal.put(array, 0, near))).isEqualTo(Long.toUnsignedString(near));
        }
    }

    @Property
    void hexadecimalDigitsAreThoseOfTheJdk(@ForAll int crc, @ForAll int other) {
        byte[] array = new byte[LineFormat.TRAILER_BYTES + 1];
        assertThat(LineFormat.putTrailer(crc, array, 0)).isEqualTo(array.length);
        assertThat(Logs.text(array, 0, array.length)).isEqualTo(String.format(",\"crc\":\"%08x\"}\n", crc));
        assertThat(LineFormat.isHex(crc, array, LineFormat.CRC.length)).isTrue();
        assertThat(LineFormat.isHex(other, array, LineFormat.CRC.length)).isEqualTo(other == crc);
    }

    @Property(tries = 100)
    void lsnsCountUpAcrossEveryNumberOfDigits(@ForAll @LongRange(min = 1, max = 18) long digits) {
        long first = (long) Math.pow(10, digits) - 3;
        LineEncoder encoder = new LineEncoder(Math.max(first, 1));
        byte[] body = Logs.utf8("\"a\":1");
        byte[] array = new byte[200];
        for (int i = 0; i < 6; i++) {
            long lsn = encoder.nextLsn();
            int end = encoder.encode(array, 0, LineTemplate.of(body), 0, 0, 0, 0);
            assertThat(Logs.text(array, 0, end)).startsWith("{\"lsn\":" + lsn + ",\"a\":1,\"crc\":\"");
            assertThat(decoder.decode(array, 0, end - 1)).isTrue();
            assertThat(decoder.lsn()).isEqualTo(lsn);
        }
    }

    @Example
    void aLineHasTheFormOfTheDesign() {
        byte[] body =
                Logs.utf8("\"command\":\"increment\",\"tree_name\":\"links\",\"key\":42,\"day\":20261123,\"count\":5");
        byte[] array = new byte[300];
        String covered = "{\"lsn\":7," + Logs.text(body, 0, body.length) + ",\"synced\":5";
        CRC32C crc = new CRC32C();
        crc.update(Logs.utf8(covered));

        int end = new LineEncoder(7).encode(array, 0, LineTemplate.of(body), 0, 0, 0, 5);

        assertThat(Logs.text(array, 0, end))
                .isEqualTo(covered + ",\"crc\":\"" + String.format("%08x", crc.getValue()) + "\"}\n");
    }

    @Example
    void noBitOfALineCanChangeUnseen() {
        byte[] line = Logs.line(1234, 1200);
        for (int bit = 0; bit < (line.length - 1) * 8; bit++) {
            line[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(decoder.decode(line, 0, line.length - 1))
                    .as("bit %s", bit)
                    .isFalse();
            line[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertThat(decoder.decode(line, 0, line.length - 1)).isTrue();
    }

    @Example
    void noPartOfALineIsALine() {
        byte[] line = Logs.line(1234, 1200);
        for (int start = 0; start < line.length; start++) {
            for (int length = 0; length <= line.length - start; length++) {
                boolean whole = start == 0 && length == line.length - 1;
                assertThat(decoder.decode(line, start, length)).isEqualTo(whole);
            }
        }
    }

    @Example
    void aLsnHasOneSpelling() {
        for (String lsn :
                new String[] {"07", "0", "-1", "", "9223372036854775808", "18446744073709551617", "1.0", " 1"}) {
            String covered = "{\"lsn\":" + lsn + ",\"a\":1";
            CRC32C crc = new CRC32C();
            crc.update(Logs.utf8(covered));
            byte[] line = Logs.utf8(covered + ",\"crc\":\"" + String.format("%08x", crc.getValue()) + "\"}");
            assertThat(decoder.decode(line, 0, line.length)).as(lsn).isFalse();
        }
    }
}
