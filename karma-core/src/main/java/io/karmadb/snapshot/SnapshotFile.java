package io.karmadb.snapshot;

import java.util.HexFormat;

/**
 * A whole snapshot file, told apart from every other one: what the manifest and the log know about it.
 *
 * @param name its bare name, that of a snapshot
 * @param bytes its size
 * @param crc the CRC-32C of all its bytes
 */
public record SnapshotFile(String name, long bytes, int crc) {
    /**
     * Checks the values.
     *
     * @param name its bare name, that of a snapshot
     * @param bytes its size
     * @param crc the CRC-32C of all its bytes
     * @throws IllegalArgumentException if it is not a snapshot's name or the size is negative
     */
    public SnapshotFile {
        if (SnapshotName.parse(name).isEmpty()) {
            throw new IllegalArgumentException("not the name of a snapshot file: name=" + name);
        }
        if (bytes < 0) {
            throw new IllegalArgumentException("a file's size is not negative: name=" + name + ", bytes=" + bytes);
        }
    }

    @Override
    public String toString() {
        return name + " (bytes=" + bytes + ", crc=" + HexFormat.of().toHexDigits(crc) + ")";
    }
}
