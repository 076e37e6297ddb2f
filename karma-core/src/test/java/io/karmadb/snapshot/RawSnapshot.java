package io.karmadb.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.zip.CRC32C;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** Makes snapshot files value by value with another implementation of MessagePack, right or wrong as a test wants them. */
final class RawSnapshot {
    private final MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();

    RawSnapshot map(int entries) {
        return pack(() -> packer.packMapHeader(entries));
    }

    RawSnapshot array(int elements) {
        return pack(() -> packer.packArrayHeader(elements));
    }

    RawSnapshot text(String text) {
        return pack(() -> packer.packString(text));
    }

    /** A number as another server writes it: one above 2^63-1 in its unsigned form. */
    RawSnapshot number(long unsigned) {
        return pack(() -> packer.packBigInteger(new BigInteger(Long.toUnsignedString(unsigned))));
    }

    RawSnapshot signed(long number) {
        return pack(() -> packer.packLong(number));
    }

    RawSnapshot bytes(int... octets) {
        byte[] raw = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            raw[i] = (byte) octets[i];
        }
        return pack(() -> packer.addPayload(raw));
    }

    /** A counter with its table first, as both servers write it. */
    RawSnapshot counter(long key, long total, long... daysAndCounts) {
        number(key).map(2).text("table").map(daysAndCounts.length / 2);
        for (long number : daysAndCounts) {
            number(number);
        }
        return text("total").number(total);
    }

    /** Our fields at the end but for the checksum. */
    RawSnapshot ours(String store, String tree, long lsn) {
        return text("store")
                .text(store)
                .text("tree_name")
                .text(tree)
                .text("lsn")
                .number(lsn);
    }

    /** Adds bytes that mean nothing, so that a small map could be in the file. */
    RawSnapshot padding() {
        return pack(() -> packer.addPayload(new byte[64]));
    }

    byte[] toBytes() {
        try {
            packer.flush();
            return packer.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds the checksum field, which fits. */
    byte[] toBytesWithCrc() {
        return withCrc(text("crc").toBytes());
    }

    static byte[] withCrc(byte[] beforeValue) {
        CRC32C crc = new CRC32C();
        crc.update(beforeValue);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream data = new DataOutputStream(bytes)) {
            data.write(beforeValue);
            data.write(0xCE);
            data.writeInt((int) crc.getValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private RawSnapshot pack(Packing packing) {
        try {
            packing.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Packing {
        void run() throws IOException;
    }
}
