package io.karmadb.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.UInt64AddOperator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB with its operator that adds unsigned 64-bit numbers. An increment is one batch of two merges, the day's bucket
 * and the total, written to its log and not forced.
 */
public final class RocksCounters implements Counters {
    private static final byte[] ONE = number(1);
    private static final byte[] MINUS_ONE = number(-1);

    private final ScratchDirectory directory;
    private final int day;
    private final UInt64AddOperator adding = new UInt64AddOperator();
    private final Options options = new Options().setCreateIfMissing(true).setMergeOperator(adding);
    private final WriteOptions unforced = new WriteOptions().setSync(false);
    private final RocksDB database;

    private RocksCounters(ScratchDirectory directory, int day) throws RocksDBException {
        this.directory = directory;
        this.day = day;
        database = RocksDB.open(options, directory.path().toString());
    }

    /**
     * Opens an empty database.
     *
     * @param day whose buckets are counted in
     * @return the counters
     */
    public static RocksCounters open(int day) {
        RocksDB.loadLibrary();
        try {
            return new RocksCounters(ScratchDirectory.make(), day);
        } catch (IOException | RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    @Override
    public long increment(long key) {
        return add(key, ONE);
    }

    @Override
    public long decrement(long key) {
        return add(key, MINUS_ONE);
    }

    private long add(long key, byte[] amount) {
        byte[] total = ByteBuffer.allocate(Long.BYTES).putLong(key).array();
        byte[] bucket = ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(key)
                .putInt(day)
                .array();
        try (WriteBatch batch = new WriteBatch()) {
            batch.merge(bucket, amount);
            batch.merge(total, amount);
            database.write(unforced, batch);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
        return 0;
    }

    @Override
    public long sum(long key) {
        try {
            byte[] total =
                    database.get(ByteBuffer.allocate(Long.BYTES).putLong(key).array());
            return ByteBuffer.wrap(total).order(ByteOrder.LITTLE_ENDIAN).getLong();
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        database.close();
        unforced.close();
        options.close();
        adding.close();
        directory.close();
    }
}
