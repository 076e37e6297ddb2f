package io.karmadb.snapshot;

import io.karmadb.CorruptionException;
import io.karmadb.disk.DiskFile;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;

/**
 * Reads the part of MessagePack that snapshots use, from the start of a file to its end, and sums up its CRC-32C.
 *
 * <p>A decoder of our own because numbers use all 64 bits, errors name the byte, the checksum is asked for in the middle,
 * and no size that the file claims may be believed before the file is seen to have bytes for it. Numbers are read without
 * allocating.
 *
 * <p>Not for several threads at once. <b>Failure:</b> whatever is not what was asked for is a
 * {@link CorruptionException} that names file, offset, expected and found.
 * <b>Source</b> of the format: the MessagePack specification, "Formats".
 */
final class MessagePackInput {
    static final int BUFFER_BYTES = 256 * 1024;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final Path path;
    private final DiskFile file;
    private final long fileBytes;
    private final BooleanSupplier cancelled;

    /** Holds the file's bytes from {@code bufferOffset} on; those before {@code summed} are in the checksum. */
    private final byte[] buffer;

    private final ByteBuffer view;
    private final CRC32C crc = new CRC32C();
    private long bufferOffset;
    private int summed;
    private int position;
    private int limit;

    /**
     * Starts at the beginning of a file.
     *
     * @param path names the file in errors
     * @param file the file
     * @param fileBytes its size; what may stand behind is not looked at
     * @param cancelled asked before every piece that is read
     */
    MessagePackInput(Path path, DiskFile file, long fileBytes, BooleanSupplier cancelled) {
        this.path = path;
        this.file = file;
        this.fileBytes = fileBytes;
        this.cancelled = cancelled;
        buffer = new byte[(int) Math.min(fileBytes, BUFFER_BYTES)]; // many trees are small
        view = ByteBuffer.wrap(buffer);
    }

    /** Returns where the next value begins, in bytes from the file's start. */
    long offset() {
        return bufferOffset + position;
    }

    /** Returns the number of bytes that were not read yet. */
    long bytesLeft() {
        return fileBytes - offset();
    }

    /** Returns the CRC-32C of all bytes read so far. */
    int checksum() {
        crc.update(buffer, summed, position - summed);
        summed = position;
        return (int) crc.getValue();
    }

    /** Reads an unsigned number, in any form that can hold it. */
    long readUnsigned(String expected) throws IOException {
        require(1, expected);
        byte type = buffer[position];
        if (type >= 0) {
            position++;
            return type;
        }
        return switch (type & 0xFF) {
            case 0xCC -> {
                require(2, expected);
                yield take(2, buffer[position + 1] & 0xFF);
            }
            case 0xCD -> {
                require(3, expected);
                yield take(3, (short) SHORT.get(buffer, position + 1) & 0xFFFF);
            }
            case 0xCE -> {
                require(5, expected);
                yield take(5, (int) INT.get(buffer, position + 1) & 0xFFFF_FFFFL);
            }
            case 0xCF -> {
                require(9, expected);
                yield take(9, (long) LONG.get(buffer, position + 1));
            }
            default -> readSigned(type, expected);
        };
    }

    /** Reads a number of a signed form that is not negative: other writers may use it, we do not. */
    private long readSigned(byte type, String expected) throws IOException {
        long value;
        int bytes;
        switch (type & 0xFF) {
            case 0xD0 -> {
                bytes = 2;
                require(bytes, expected);
                value = buffer[position + 1];
            }
            case 0xD1 -> {
                bytes = 3;
                require(bytes, expected);
                value = (short) SHORT.get(buffer, position + 1);
            }
            case 0xD2 -> {
                bytes = 5;
                require(bytes, expected);
                value = (int) INT.get(buffer, position + 1);
            }
            case 0xD3 -> {
                bytes = 9;
                require(bytes, expected);
                value = (long) LONG.get(buffer, position + 1);
            }
            default -> {
                if ((type & 0xE0) != 0xE0) {
                    throw unexpectedType(expected);
                }
                bytes = 1;
                value = type;
            }
        }
        if (value < 0) {
            throw corrupt(offset(), expected, "the negative number " + value);
        }
        return take(bytes, value);
    }

    private long take(int bytes, long value) {
        position += bytes;
        return value;
    }

    /** Reads a number that takes five bytes, however small it is. */
    int readFixedUnsigned32(String expected) throws IOException {
        require(1, expected);
        if (buffer[position] != (byte) 0xCE) {
            throw unexpectedType(expected);
        }
        require(5, expected);
        int value = (int) INT.get(buffer, position + 1);
        position += 5;
        return value;
    }

    /**
     * Reads the header of a map.
     *
     * @param entryBytesMin the fewest bytes that an entry can have: a map that claims more than fits is corrupt
     */
    long readMapHeader(String expected, int entryBytesMin) throws IOException {
        return readHeader(0x80, 0xDE, expected, entryBytesMin);
    }

    /** Reads the header of an array. */
    long readArrayHeader(String expected, int elementBytesMin) throws IOException {
        return readHeader(0x90, 0xDC, expected, elementBytesMin);
    }

    private long readHeader(int shortType, int type, String expected, int elementBytesMin) throws IOException {
        long start = offset();
        require(1, expected);
        int found = buffer[position] & 0xFF;
        long size;
        if ((found & 0xF0) == shortType) {
            size = take(1, found & 0x0F);
        } else if (found == type) {
            require(3, expected);
            size = take(3, (short) SHORT.get(buffer, position + 1) & 0xFFFF);
        } else if (found == type + 1) {
            require(5, expected);
            size = take(5, (int) INT.get(buffer, position + 1) & 0xFFFF_FFFFL);
        } else {
            throw unexpectedType(expected);
        }
        if (size > bytesLeft() / elementBytesMin) {
            throw corrupt(start, expected, "a size of " + size + " with " + bytesLeft() + " bytes left");
        }
        return size;
    }

    /**
     * Reads a string.
     *
     * @param bytesMax the most bytes it may have, far below {@link #BUFFER_BYTES}
     */
    String readString(String expected, int bytesMax) throws IOException {
        long start = offset();
        int bytes = (int) Math.min(readStringHeader(expected), Integer.MAX_VALUE);
        if (bytes > bytesMax) {
            throw corrupt(start, expected + " of at most " + bytesMax + " bytes", "a string of " + bytes + " bytes");
        }
        require(bytes, expected);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(buffer, position, bytes))
                    .toString();
            position += bytes;
            return text;
        } catch (CharacterCodingException e) {
            throw corrupt(start, expected, "a string that is not valid UTF-8");
        }
    }

    private long readStringHeader(String expected) throws IOException {
        require(1, expected);
        int type = buffer[position] & 0xFF;
        if ((type & 0xE0) == 0xA0) {
            return take(1, type & 0x1F);
        }
        switch (type) {
            case 0xD9:
                require(2, expected);
                return take(2, buffer[position + 1] & 0xFF);
            case 0xDA:
                require(3, expected);
                return take(3, (short) SHORT.get(buffer, position + 1) & 0xFFFF);
            case 0xDB:
                require(5, expected);
                return take(5, (int) INT.get(buffer, position + 1) & 0xFFFF_FFFFL);
            default:
                throw unexpectedType(expected);
        }
    }

    /** Reads on if just these bytes come next; else reads nothing and returns false. */
    boolean skipIfNext(byte[] octets) throws IOException {
        if (limit - position < octets.length && !fill(octets.length)) {
            return false;
        }
        if (!Arrays.equals(buffer, position, position + octets.length, octets, 0, octets.length)) {
            return false;
        }
        position += octets.length;
        return true;
    }

    /** Reads over one value of any type, however deep: it counts the values still to come, so nothing is stacked up. */
    void skipValue() throws IOException {
        String expected = "a value";
        for (long values = 1; values > 0; values--) {
            require(1, expected);
            int type = buffer[position] & 0xFF;
            if ((type & 0xF0) == 0x80 || type == 0xDE || type == 0xDF) {
                values += 2 * readMapHeader("a map", 2);
            } else if ((type & 0xF0) == 0x90 || type == 0xDC || type == 0xDD) {
                values += readArrayHeader("an array", 1);
            } else if ((type & 0xE0) == 0xA0 || type >= 0xD9 && type <= 0xDB) {
                skipBytes(readStringHeader("a string"));
            } else {
                skipScalar(type, expected);
            }
            if (values - 1 > bytesLeft()) {
                throw corrupt(offset(), (values - 1) + " more values", bytesLeft() + " bytes left");
            }
        }
    }

    private void skipScalar(int type, String expected) throws IOException {
        if (type < 0x80 || type >= 0xE0 || type == 0xC0 || type == 0xC2 || type == 0xC3) {
            position++;
            return;
        }
        switch (type) {
            case 0xCC, 0xD0 -> skipBytes(2);
            case 0xCD, 0xD1 -> skipBytes(3);
            case 0xCA, 0xCE, 0xD2 -> skipBytes(5);
            case 0xCB, 0xCF, 0xD3 -> skipBytes(9);
            case 0xD4, 0xD5, 0xD6, 0xD7, 0xD8 -> skipBytes(2 + (1L << (type - 0xD4)));
            case 0xC4, 0xC7 -> {
                require(2, expected);
                skipBytes(take(2, buffer[position + 1] & 0xFF) + (type == 0xC7 ? 1 : 0));
            }
            case 0xC5, 0xC8 -> {
                require(3, expected);
                skipBytes(take(3, (short) SHORT.get(buffer, position + 1) & 0xFFFF) + (type == 0xC8 ? 1 : 0));
            }
            case 0xC6, 0xC9 -> {
                require(5, expected);
                skipBytes(take(5, (int) INT.get(buffer, position + 1) & 0xFFFF_FFFFL) + (type == 0xC9 ? 1 : 0));
            }
            default -> throw unexpectedType(expected);
        }
    }

    private void skipBytes(long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            require(1, "a value");
            int count = (int) Math.min(left, limit - position);
            position += count;
            left -= count;
        }
    }

    private void require(int bytes, String expected) throws IOException {
        if (limit - position < bytes && !fill(bytes)) {
            throw corrupt(fileBytes, expected, "the end of the file");
        }
    }

    /** Reads until so many bytes are in the buffer; returns false if the file ends before. */
    private boolean fill(int bytes) throws IOException {
        if (bytesLeft() < bytes) {
            return false;
        }
        if (cancelled.getAsBoolean()) {
            throw new SnapshotCancelledException(path);
        }
        checksum();
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        bufferOffset += position;
        limit -= position;
        position = 0;
        summed = 0;
        while (limit < bytes) {
            int room = (int) Math.min(buffer.length - limit, fileBytes - bufferOffset - limit);
            view.limit(limit + room).position(limit);
            int count = file.read(view, bufferOffset + limit);
            if (count < 0) {
                throw corrupt(bufferOffset + limit, "a file of " + fileBytes + " bytes", "the end of the file");
            }
            limit += count;
        }
        return true;
    }

    private CorruptionException unexpectedType(String expected) {
        return corrupt(offset(), expected, String.format("the byte 0x%02x", buffer[position]));
    }

    /** Makes an error that names the file. */
    CorruptionException corrupt(long offset, String expected, String found) {
        return new CorruptionException(path, offset, expected, found);
    }
}
