package io.karmadb.snapshot;

import io.karmadb.KarmaStore;
import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The end of one of our snapshot files, found without reading what comes before: {@code tree_name}, {@code lsn} and
 * {@code crc} are its last fields, in this order and in their shortest form, and right before them stands
 * {@code automatic} if it is there. The checksum is not checked; but the name must be one that the file's own name stands
 * for, hash and all.
 *
 * @param treeName the tree's true name
 * @param automatic whether the file says that nobody asked for the snapshot
 */
record SnapshotTail(String treeName, boolean automatic) {
    /** {@code "automatic": true}. No string of UTF-8 before it can end in these bytes: the last one begins a character. */
    static final byte[] AUTOMATIC_FIELD = {(byte) 0xA9, 'a', 'u', 't', 'o', 'm', 'a', 't', 'i', 'c', (byte) 0xC3};

    private static final byte[] NAME_FIELD = {(byte) 0xA9, 't', 'r', 'e', 'e', '_', 'n', 'a', 'm', 'e'};
    private static final byte[] LSN_FIELD = {(byte) 0xA3, 'l', 's', 'n'};
    private static final byte[] CRC_FIELD = {(byte) 0xA3, 'c', 'r', 'c', (byte) 0xCE};
    private static final int CRC_BYTES = CRC_FIELD.length + 4;

    /** Header of the name, and a whole LSN. */
    private static final int NUMBER_BYTES_MAX = 5 + 9;

    private static final int BYTES_MAX = AUTOMATIC_FIELD.length
            + NAME_FIELD.length
            + KarmaStore.TREE_NAME_BYTES_MAX
            + LSN_FIELD.length
            + NUMBER_BYTES_MAX
            + CRC_BYTES;

    /** Enough for nearly every name. */
    private static final int BYTES_FIRST = 256;

    /**
     * Reads the end of a file.
     *
     * @param disk the way to the file
     * @param path the file
     * @param treePart what stands for the tree in the file's name
     * @return what it says, or empty if it is not our file, or no longer has the name that it was given
     * @throws IOException if it cannot be read
     */
    static Optional<SnapshotTail> read(Disk disk, Path path, String treePart) throws IOException {
        try (DiskFile file = disk.open(path, Disk.Mode.READ)) {
            long size = file.size();
            byte[] first = last(file, size, BYTES_FIRST);
            if (!hasAt(first, first.length - CRC_BYTES, CRC_FIELD)) {
                return Optional.empty();
            }
            Optional<SnapshotTail> found = find(first, first.length == size ? 0 : AUTOMATIC_FIELD.length, treePart);
            return found.isPresent() || first.length == size ? found : find(last(file, size, BYTES_MAX), 0, treePart);
        }
    }

    private static byte[] last(DiskFile file, long size, int bytes) throws IOException {
        byte[] tail = new byte[(int) Math.min(size, bytes)];
        Transfer.readFully(file, ByteBuffer.wrap(tail), size - tail.length);
        return tail;
    }

    /**
     * Looks for the name.
     *
     * @param from where its field may begin; so far into the tail that what stands before the field is in it, too
     */
    private static Optional<SnapshotTail> find(byte[] tail, int from, String treePart) {
        int end = tail.length - CRC_BYTES;
        // The name may hold these bytes too; at the right place all that follows fits.
        for (int i = from; i + NAME_FIELD.length < end; i++) {
            if (hasAt(tail, i, NAME_FIELD)) {
                Optional<String> name = nameAt(tail, i + NAME_FIELD.length, end);
                if (name.isPresent() && TreeNameEncoding.encode(name.get()).equals(treePart)) {
                    boolean automatic = hasAt(tail, i - AUTOMATIC_FIELD.length, AUTOMATIC_FIELD);
                    return Optional.of(new SnapshotTail(name.get(), automatic));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean hasAt(byte[] tail, int index, byte[] octets) {
        return index >= 0
                && index + octets.length <= tail.length
                && Arrays.equals(tail, index, index + octets.length, octets, 0, octets.length);
    }

    /** Returns the string at a place, if after it just an LSN follows. */
    private static Optional<String> nameAt(byte[] tail, int index, int end) {
        int type = tail[index] & 0xFF;
        int headerBytes = type >>> 5 == 0b101 ? 1 : type == 0xD9 ? 2 : type == 0xDA ? 3 : type == 0xDB ? 5 : 0;
        int start = index + headerBytes;
        if (headerBytes == 0 || start > end) {
            return Optional.empty();
        }
        long length = headerBytes == 1 ? type & 0x1F : 0;
        for (int i = index + 1; i < start; i++) {
            length = length << 8 | tail[i] & 0xFF;
        }
        if (length == 0 || length > end - start) {
            return Optional.empty();
        }
        int lsn = start + (int) length;
        if (!hasAt(tail, lsn, LSN_FIELD) || !isUnsigned(tail, lsn + LSN_FIELD.length, end)) {
            return Optional.empty();
        }
        try {
            ByteBuffer octets = ByteBuffer.wrap(tail, start, (int) length);
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(octets).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static boolean isUnsigned(byte[] tail, int from, int to) {
        return from < to
                && switch (tail[from] & 0xFF) {
                    case 0xCC -> to - from == 2;
                    case 0xCD -> to - from == 3;
                    case 0xCE -> to - from == 5;
                    case 0xCF -> to - from == 9;
                    default -> tail[from] >= 0 && to - from == 1;
                };
    }
}
