package io.karmadb.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.zip.CRC32C;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;

class LineFormatPropertyTest {
    private final LineDecoder decoder = new LineDecoder();

    @Property
    void everyLineIsReadBackAsItWasWritten(
            @ForAll @LongRange(min = 1, max = Long.MAX_VALUE - 1) long lsn,
            @ForAll @StringLength(max = 300) String value,
            @ForAll @LongRange(min = 0) long anySynced,
            @ForAll @LongRange(min = 0, max = 20) long split) {
        byte[] body = Logs.utf8("\"tree_name\":\"" + value.replaceAll("[\\p{Cntrl}\"\\\\]", "_") + "\"");
        long synced = anySynced % lsn;
        int head = (int) Math.min(split, body.length);
        byte[] tail = Arrays.copyOfRange(body, head, body.length);
        byte[] array = new byte[body.length + LineFormat.FRAME_BYTES_MAX + 3];

        int end = new LineEncoder(lsn).encode(array, 3, body, head, tail, tail.length, synced);

        assertThat(array[end - 1]).isEqualTo((byte) '\n');
        assertThat(end - 3).isLessThanOrEqualTo(body.length + LineFormat.FRAME_BYTES_MAX);
        assertThat(decoder.decode(array, 3, end - 4)).isTrue();
        assertThat(decoder.lsn()).isEqualTo(lsn);
        assertThat(decoder.synced()).isEqualTo(synced);
        assertThat(Arrays.copyOfRange(array, decoder.bodyStart(), decoder.bodyStart() + decoder.bodyLength()))
                .isEqualTo(body);
        assertThat(OlderLine.of(array, 3, end - 4)).isEqualTo(OlderLine.NUMBERED);
    }

    @Property(tries = 100)
    void lsnsCountUpAcrossEveryNumberOfDigits(@ForAll @LongRange(min = 1, max = 18) long digits) {
        long first = (long) Math.pow(10, digits) - 3;
        LineEncoder encoder = new LineEncoder(Math.max(first, 1));
        byte[] body = Logs.utf8("\"a\":1");
        byte[] array = new byte[200];
        for (int i = 0; i < 6; i++) {
            long lsn = encoder.nextLsn();
            int end = encoder.encode(array, 0, body, body.length, body, 0, 0);
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

        int end = new LineEncoder(7).encode(array, 0, body, body.length, body, 0, 5);

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
