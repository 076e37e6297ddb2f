package io.karmadb.snapshot;

import io.karmadb.disk.DiskFile;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Writes the part of MessagePack that snapshots use, from the start of a file, in large pieces, and sums up its CRC-32C.
 * Every value gets its shortest form, as the older server writes it. Allocates nothing but in {@link #writeString}.
 *
 * <p>Not for several threads at once. <b>Source</b> of the format: the MessagePack specification, "Formats".
 */
final class MessagePackOutput {
    static final int BUFFER_BYTES = 256 * 1024;
    private static final int BUFFER_BYTES_FIRST = 8 * 1024;

    /** The longest that one number or header becomes. */
    private static final int VALUE_BYTES_MAX = 9;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final DiskFile file;
    private final CRC32C crc = new CRC32C();

    /** Small until it is full for the first time: many trees are. */
    private byte[] buffer = new byte[BUFFER_BYTES_FIRST];

    private ByteBuffer view = ByteBuffer.wrap(buffer);
    private int length;
    private long flushedBytes;

    MessagePackOutput(DiskFile file) {
        this.file = file;
    }

    void writeUnsigned(long value) throws IOException {
        ensure(VALUE_BYTES_MAX);
        if (value >>> 7 == 0) {
            buffer[length++] = (byte) value;
        } else if (value >>> 8 == 0) {
            buffer[length] = (byte) 0xCC;
            buffer[length + 1] = (byte) value;
            length += 2;
        } else if (value >>> 16 == 0) {
            buffer[length] = (byte) 0xCD;
            SHORT.set(buffer, length + 1, (short) value);
            length += 3;
        } else if (value >>> 32 == 0) {
            writeInt(0xCE, (int) value);
        } else {
            buffer[length] = (byte) 0xCF;
            LONG.set(buffer, length + 1, value);
            length += 9;
        }
    }

    /** Writes a 32-bit unsigned number in five bytes, however small it is. */
    void writeFixedUnsigned32(int value) throws IOException {
        ensure(VALUE_BYTES_MAX);
        writeInt(0xCE, value);
    }

    void writeMapHeader(int entries) throws IOException {
        writeHeader(entries, 0x80, 0xDE);
    }

    void writeArrayHeader(int elements) throws IOException {
        writeHeader(elements, 0x90, 0xDC);
    }

    private void writeHeader(int size, int shortType, int type) throws IOException {
        assert size >= 0 : "size=" + size;
        ensure(VALUE_BYTES_MAX);
        if (size < 16) {
            buffer[length++] = (byte) (shortType | size);
        } else if (size < 1 << 16) {
            buffer[length] = (byte) type;
            SHORT.set(buffer, length + 1, (short) size);
            length += 3;
        } else {
            writeInt(type + 1, size);
        }
    }

    private void writeInt(int type, int value) {
        buffer[length] = (byte) type;
        INT.set(buffer, length + 1, value);
        length += 5;
    }

    void writeString(String text) throws IOException {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        ensure(VALUE_BYTES_MAX);
        if (octets.length < 32) {
            buffer[length++] = (byte) (0xA0 | octets.length);
        } else if (octets.length < 1 << 8) {
            buffer[length] = (byte) 0xD9;
            buffer[length + 1] = (byte) octets.length;
            length += 2;
        } else if (octets.length < 1 << 16) {
            buffer[length] = (byte) 0xDA;
            SHORT.set(buffer, length + 1, (short) octets.length);
            length += 3;
        } else {
            writeInt(0xDB, octets.length);
        }
        writeEncoded(octets);
    }

    /** Writes bytes that are MessagePack already. */
    void writeEncoded(byte[] octets) throws IOException {
        for (int from = 0; from < octets.length; ) {
            ensure(1);
            int count = Math.min(octets.length - from, buffer.length - length);
            System.arraycopy(octets, from, buffer, length, count);
            length += count;
            from += count;
        }
    }

    private void ensure(int bytes) throws IOException {
        if (buffer.length - length < bytes) {
            if (buffer.length < BUFFER_BYTES) {
                buffer = Arrays.copyOf(buffer, BUFFER_BYTES);
                view = ByteBuffer.wrap(buffer);
            } else {
                flush();
            }
        }
    }

    /** Hands what is buffered to the file. */
    void flush() throws IOException {
        crc.update(buffer, 0, length);
        view.limit(length).position(0);
        Transfer.writeFully(file, view, flushedBytes);
        flushedBytes += length;
        length = 0;
    }

    /** Returns the CRC-32C of all that was written, flushing it. */
    int checksum() throws IOException {
        flush();
        return (int) crc.getValue();
    }

    /** Returns the number of bytes written. */
    long bytes() {
        return flushedBytes + length;
    }
}
