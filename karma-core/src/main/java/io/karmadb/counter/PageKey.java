package io.karmadb.counter;

import java.util.concurrent.ThreadLocalRandom;
import net.openhft.chronicle.algo.hashing.LongHashFunction;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.bytes.RandomDataInput;
import net.openhft.chronicle.bytes.RandomDataOutput;
import net.openhft.chronicle.core.Memory;
import net.openhft.chronicle.hash.AbstractData;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.hash.serialization.DataAccess;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;

/**
 * The key of a page in a map: which counter, which year. In a map it is the key and then the year as a u16, both in the
 * machine's order of bytes. Made to be reused; it is its own {@link Data}, so that a look-up makes no object.
 */
@SuppressWarnings("rawtypes") // as in the interfaces that it implements
final class PageKey extends AbstractData<PageKey> {
    static final int BYTES = Long.BYTES + Short.BYTES;

    /** So that nobody outside can choose keys that all fall into one segment of a map. */
    private static final long SEED = ThreadLocalRandom.current().nextLong();

    private final BytesStore<?, ?> bytes = BytesStore.wrap(new byte[BYTES]);
    private long key;
    private short year;

    void set(long newKey, int newYear) {
        key = newKey;
        year = (short) newYear;
    }

    @Override
    public RandomDataInput bytes() {
        writeTo(bytes, 0);
        return bytes;
    }

    @Override
    public long offset() {
        return 0;
    }

    @Override
    public long size() {
        return BYTES;
    }

    @Override
    public long hash(LongHashFunction function) {
        return function.hashLong(key ^ (long) year << 48 ^ SEED);
    }

    @Override
    public boolean equivalent(RandomDataInput source, long offset) {
        return source.readLong(offset) == key && source.readShort(offset + Long.BYTES) == year;
    }

    @Override
    public void writeTo(RandomDataOutput target, long offset) {
        target.writeLong(offset, key);
        target.writeShort(offset + Long.BYTES, year);
    }

    /** Writes the key's {@link #BYTES} to memory, as {@link #writeTo(RandomDataOutput, long)} does. */
    void writeTo(Memory memory, long address) {
        memory.writeLong(address, key);
        memory.writeShort(address + Long.BYTES, year);
    }

    /** Says whether memory holds the key, as {@link #writeTo(Memory, long)} writes it. */
    boolean isAt(Memory memory, long address) {
        return memory.readLong(address) == key && memory.readShort(address + Long.BYTES) == year;
    }

    @Override
    public PageKey get() {
        return this;
    }

    @Override
    public PageKey getUsing(PageKey using) {
        PageKey copy = using == null ? new PageKey() : using;
        copy.set(key, year);
        return copy;
    }

    @Override
    public String toString() {
        return "key=" + Long.toUnsignedString(key) + ", year=" + year;
    }

    /** How Chronicle Map reads and writes keys. Without a state, so that all threads share one. */
    static final class Access implements DataAccess<PageKey>, SizedReader<PageKey> {
        @Override
        public Data<PageKey> getData(PageKey instance) {
            return instance;
        }

        @Override
        public PageKey read(Bytes<?> in, long size, PageKey using) {
            PageKey into = using == null ? new PageKey() : using;
            into.set(in.readLong(), in.readShort());
            return into;
        }

        @Override
        public void uninit() {
            // there is nothing to let go of
        }

        @Override
        public DataAccess<PageKey> copy() {
            return this;
        }

        @Override
        public void writeMarshallable(WireOut wire) {
            // there is no state
        }

        @Override
        public void readMarshallable(WireIn wire) {
            // there is no state
        }
    }
}
