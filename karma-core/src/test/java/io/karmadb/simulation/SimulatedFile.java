package io.karmadb.simulation;

import io.karmadb.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Path;

/** An open file of a simulated disk. */
final class SimulatedFile implements DiskFile {
    private final SimulatedDisk disk;
    private final Path path;
    private final int number;
    private final boolean writable;
    private boolean open = true;

    SimulatedFile(SimulatedDisk disk, Path path, int number, boolean writable) {
        this.disk = disk;
        this.path = path;
        this.number = number;
        this.writable = writable;
    }

    private void require(boolean condition) throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        if (!condition) {
            throw new NonWritableChannelException();
        }
    }

    @Override
    public int read(ByteBuffer into, long offset) throws IOException {
        require(true);
        return disk.read(path, number, into, offset);
    }

    @Override
    public int write(ByteBuffer from, long offset) throws IOException {
        require(writable);
        byte[] bytes = new byte[from.remaining()];
        from.duplicate().get(bytes);
        int written = disk.write(path, number, bytes, offset);
        from.position(from.position() + written);
        return written;
    }

    @Override
    public void force() throws IOException {
        require(writable);
        disk.force(path, number);
    }

    @Override
    public long size() throws IOException {
        require(true);
        return disk.size(path, number);
    }

    @Override
    public void truncate(long size) throws IOException {
        require(writable);
        disk.truncate(path, number, size);
    }

    @Override
    public boolean isAt(Path place) {
        return disk.isAt(place, number);
    }

    @Override
    public void close() throws IOException {
        if (open) {
            open = false; // also if that fails, as with a real file
            disk.closing(path);
        }
    }
}
