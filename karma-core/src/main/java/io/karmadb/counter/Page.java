package io.karmadb.counter;

import java.util.Arrays;
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
 * A copy of a page on its way out of a map or into one; {@link PageCodec} has the layout of its bytes. Made to be
 * reused; it is its own {@link Data}, so that a write makes no object.
 */
@SuppressWarnings("rawtypes") // as in the interfaces that it implements
final class Page extends AbstractData<Page> {
    private final byte[] array = new byte[PageCodec.PAGE_BYTES_MAX + PageCodec.PUT_BYTES_MAX];
    private final BytesStore<?, ?> bytes = BytesStore.wrap(array);
    private int length;

    void clear() {
        length = 0;
    }

    /** Puts a bucket; see {@link PageCodec#put}. */
    void put(int day, long count) {
        length = PageCodec.put(array, length, day, count);
        assert length <= PageCodec.PAGE_BYTES_MAX : length;
    }

    /** Removes buckets; see {@link PageCodec#delete}. */
    void delete(int first, int last) {
        length = PageCodec.delete(array, length, first, last);
    }

    /** Sums buckets; see {@link PageCodec#sum}. */
    long sum(int first, int last, int exceptDay) {
        return PageCodec.sum(array, length, first, last, exceptDay);
    }

    /** Appends buckets to a list; see {@link PageCodec#collect}. */
    void collect(int first, int last, int exceptDay, int year, BucketBuffer into) {
        PageCodec.collect(array, length, first, last, exceptDay, year * 10_000, into);
    }

    int length() {
        return length;
    }

    @Override
    public RandomDataInput bytes() {
        return bytes;
    }

    @Override
    public long offset() {
        return 0;
    }

    @Override
    public long size() {
        return length;
    }

    @Override
    public void writeTo(RandomDataOutput target, long offset) {
        target.write(offset, array, 0, length);
    }

    /** Writes the page's bytes to memory. */
    void writeTo(Memory memory, long address) {
        memory.copyMemory(array, 0, address, length);
    }

    /** Makes the page that of bytes in memory. */
    void readFrom(Memory memory, long address, int newLength) {
        memory.readBytes(address, array, 0, newLength);
        length = newLength;
    }

    boolean equalTo(Page other) {
        return Arrays.equals(array, 0, length, other.array, 0, other.length);
    }

    @Override
    public Page get() {
        return this;
    }

    @Override
    public Page getUsing(Page using) {
        Page copy = using == null ? new Page() : using;
        System.arraycopy(array, 0, copy.array, 0, length);
        copy.length = length;
        return copy;
    }

    /** How Chronicle Map reads and writes pages. Without a state, so that all threads share one. */
    static final class Access implements DataAccess<Page>, SizedReader<Page> {
        @Override
        public Data<Page> getData(Page instance) {
            return instance;
        }

        @Override
        public Page read(Bytes<?> in, long size, Page using) {
            Page into = using == null ? new Page() : using;
            into.length = in.read(into.array, 0, Math.toIntExact(size));
            assert into.length == size : "length=" + into.length + ", size=" + size;
            return into;
        }

        @Override
        public void uninit() {
            // there is nothing to let go of
        }

        @Override
        public DataAccess<Page> copy() {
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
