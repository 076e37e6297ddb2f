package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

/** Snapshot files as an older server writes and reads them, made and read by other means than ours. */
final class OlderServerFiles {
    private static final int BRANCHES = 3;

    private OlderServerFiles() {}

    /** Writes a snapshot, with totals that are the sums of the buckets. */
    static void write(Path file, SortedMap<String, SortedMap<Integer, Long>> keys) {
        write(file, keys, "", 0);
    }

    /** Writes a snapshot in which one key's total is too high. */
    static void write(
            Path file, SortedMap<String, SortedMap<Integer, Long>> keys, String keyWithWrongTotal, long tooMuch) {
        try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
            packer.packMapHeader(2);
            packer.packString("branches_num").packInt(BRANCHES);
            packer.packString("branches").packArrayHeader(BRANCHES);
            for (int branch = 0; branch < BRANCHES; branch++) {
                int its = branch;
                var keysOfBranch = keys.keySet().stream()
                        .filter(key -> Long.remainderUnsigned(Long.parseUnsignedLong(key), BRANCHES) == its)
                        .toList();
                packer.packMapHeader(keysOfBranch.size());
                for (String key : keysOfBranch) {
                    SortedMap<Integer, Long> buckets = keys.get(key);
                    packer.packBigInteger(new BigInteger(key)).packMapHeader(2);
                    packer.packString("table").packMapHeader(buckets.size());
                    long total = key.equals(keyWithWrongTotal) ? tooMuch : 0;
                    for (var bucket : buckets.entrySet()) {
                        packer.packInt(bucket.getKey()).packBigInteger(unsigned(bucket.getValue()));
                        total += bucket.getValue();
                    }
                    packer.packString("total").packBigInteger(unsigned(total));
                }
            }
            Files.write(file, packer.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a snapshot as an older server does: fields that it does not know are skipped, totals are believed. */
    static SortedMap<String, SortedMap<Integer, Long>> read(Path file) {
        SortedMap<String, SortedMap<Integer, Long>> keys = new TreeMap<>();
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(Files.readAllBytes(file))) {
            long branches = 0;
            for (int fields = unpacker.unpackMapHeader(); fields > 0; fields--) {
                switch (unpacker.unpackString()) {
                    case "branches_num" -> branches = unpacker.unpackLong();
                    case "branches" -> {
                        assertThat(unpacker.unpackArrayHeader()).isEqualTo((int) branches);
                        for (int branch = 0; branch < branches; branch++) {
                            readBranch(unpacker, branch, branches, keys);
                        }
                    }
                    default -> unpacker.skipValue();
                }
            }
            assertThat(unpacker.hasNext()).isFalse();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return keys;
    }

    private static void readBranch(
            MessageUnpacker unpacker, long branch, long branches, SortedMap<String, SortedMap<Integer, Long>> keys)
            throws IOException {
        for (int rest = unpacker.unpackMapHeader(); rest > 0; rest--) {
            BigInteger key = unpacker.unpackBigInteger();
            assertThat(key.mod(BigInteger.valueOf(branches)).longValue()).isEqualTo(branch);
            SortedMap<Integer, Long> buckets = new TreeMap<>();
            assertThat(unpacker.unpackMapHeader()).isEqualTo(2);
            assertThat(unpacker.unpackString()).isEqualTo("table");
            for (int days = unpacker.unpackMapHeader(); days > 0; days--) {
                buckets.put(unpacker.unpackInt(), unpacker.unpackBigInteger().longValue());
            }
            assertThat(unpacker.unpackString()).isEqualTo("total");
            assertThat(unpacker.unpackBigInteger().longValue())
                    .isEqualTo(buckets.values().stream().mapToLong(c -> c).sum());
            assertThat(keys.put(key.toString(), buckets)).isNull();
        }
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }
}
