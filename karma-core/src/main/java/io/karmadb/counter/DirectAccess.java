package io.karmadb.counter;

import net.openhft.chronicle.algo.hashing.LongHashFunction;
import net.openhft.chronicle.core.Memory;
import net.openhft.chronicle.core.OS;
import net.openhft.chronicle.hash.impl.BigSegmentHeader;
import net.openhft.chronicle.hash.impl.CompactOffHeapLinearHashTable;
import net.openhft.chronicle.hash.impl.HashSplitting;
import net.openhft.chronicle.hash.impl.TierCountersArea;
import net.openhft.chronicle.hash.impl.VanillaChronicleHash;
import net.openhft.chronicle.map.VanillaChronicleMap;

/**
 * Reads pages out of a map's memory where the map's own look-up would find them, and inserts pages by writing what the
 * map's own insertion would write, at the same place. What the map does besides (contexts, stages, a search for what is
 * known not to be there) is much code: a look-up takes twice the time through it; and in a JVM that has just started, as for
 * a restore, a million insertions take three times the time, with the JIT compiler busy all the while and the processor
 * kept from waiting for the memory of several pages at once. Only a page that is known to be new can be inserted so.
 *
 * <pre>
 * segment     a header (lock, and the counters of the first tier), and a chain of tiers
 * tier        table of slots, counters, a bit for each chunk that is taken, chunks
 * slot        4 or 8 bytes: bits of the hash of the key, the number of the entry's first chunk; 0 if it is free
 * entry       the key, the page's length as stop bit number, the page
 * </pre>
 *
 * <p>This is the layout of a map without checksums and alignment whose keys have one length. Where Chronicle Map tells
 * where something is, it is asked. {@link DirectAccessTrial} sees to it that it is the layout of the version at hand.
 *
 * <p><b>Threads:</b> any, one at a time for the same page. Holds the segment's lock, so that others may use the map.
 */
final class DirectAccess {
    private static final Memory MEMORY = OS.memory();
    private static final BigSegmentHeader HEADER = BigSegmentHeader.INSTANCE;
    private static final int CACHE_LINE_BYTES = 64;
    private static final LongHashFunction HASH = LongHashFunction.xx_r39();

    private final VanillaChronicleMap<PageKey, Page, ?> map;
    private final CompactOffHeapLinearHashTable table;
    private final HashSplitting splitting;
    private final long countersOffset;
    private final long bitsOffset;
    private final long chunksOffset;
    private final long chunkToFetchMax;

    DirectAccess(VanillaChronicleMap<PageKey, Page, ?> map) {
        this.map = map;
        table = map.hashLookup;
        splitting = map.hashSplitting;
        countersOffset = map.tierHashLookupOuterSize;
        bitsOffset = countersOffset + VanillaChronicleHash.TIER_COUNTERS_AREA_SIZE;
        chunksOffset = bitsOffset + map.tierFreeListOuterSize + map.tierEntrySpaceInnerOffset;
        chunkToFetchMax = Math.max(0, map.actualChunksPerSegmentTier - 1 - CACHE_LINE_BYTES / map.chunkSize);
    }

    /**
     * Has the processor fetch from memory, all at the same time, what {@link #read} needs most often: the segment's lock,
     * the first slot for the key, and the start of its entry. A guess without the lock, from which nothing follows.
     *
     * @param key the page's key
     * @return what was read, of no meaning; to be kept somewhere, since else the compiler would read nothing
     */
    long prefetch(PageKey key) {
        long hash = key.hash(HASH);
        int segment = splitting.segmentIndex(hash);
        long tier = map.segmentBaseAddr(segment);
        long entry = table.readEntry(tier, table.hlPos(table.maskUnsetKey(splitting.segmentHash(hash))));
        long at = tier + chunksOffset + Math.min(table.value(entry), chunkToFetchMax) * map.chunkSize;
        return MEMORY.readLong(map.segmentHeaderAddress(segment))
                ^ MEMORY.readLong(at)
                ^ MEMORY.readLong(at + CACHE_LINE_BYTES);
    }

    /**
     * Reads a page.
     *
     * @param key its key
     * @param into receives the page
     * @return whether there is one; if not, {@code into} is as it was
     */
    boolean read(PageKey key, Page into) {
        long hash = key.hash(HASH);
        int segment = splitting.segmentIndex(hash);
        long header = map.segmentHeaderAddress(segment);
        HEADER.readLock(header);
        try {
            long tableKey = table.maskUnsetKey(splitting.segmentHash(hash));
            long tier = map.segmentBaseAddr(segment);
            long next = HEADER.nextTierIndex(header);
            long entry = find(tier, tableKey, key);
            while (entry == 0 && next != 0) {
                tier = map.tierIndexToBaseAddr(next);
                next = TierCountersArea.nextTierIndex(tier + countersOffset);
                entry = find(tier, tableKey, key);
            }
            if (entry != 0) {
                readPage(entry + PageKey.BYTES, into);
            }
            return entry != 0;
        } finally {
            HEADER.readUnlock(header);
        }
    }

    /** Returns the address of a key's entry in a tier, or 0. */
    private long find(long tier, long tableKey, PageKey key) {
        long slot = table.hlPos(tableKey);
        long entry = table.readEntry(tier, slot);
        while (!table.empty(entry)) {
            if (table.key(entry) == tableKey) {
                long at = tier + chunksOffset + table.value(entry) * map.chunkSize;
                if (key.isAt(MEMORY, at)) {
                    return at;
                }
            }
            slot = table.step(slot);
            entry = table.readEntry(tier, slot);
        }
        return 0;
    }

    private static void readPage(long address, Page into) {
        long at = address;
        int length = 0;
        int group = MEMORY.readByte(at++);
        for (int shift = 0; ; shift += 7) {
            length |= (group & 0x7f) << shift;
            if (group >= 0) {
                break;
            }
            group = MEMORY.readByte(at++);
        }
        into.readFrom(MEMORY, at, length);
    }

    /**
     * Inserts a page that is not in the map, if there is room at the end of one of its segment's tiers.
     *
     * @param key its key
     * @param page the page
     * @param chunks how many chunks the entry takes
     * @return whether it was inserted; if not, nothing was changed, and the map's own insertion takes another tier
     */
    boolean insert(PageKey key, Page page, int chunks) {
        long hash = key.hash(HASH);
        int segment = splitting.segmentIndex(hash);
        long header = map.segmentHeaderAddress(segment);
        HEADER.writeLock(header);
        try {
            long tier = map.segmentBaseAddr(segment);
            int chunk = (int) HEADER.lowestPossiblyFreeChunk(header);
            long entries = HEADER.entries(header);
            if (hasRoom(tier, chunk, chunks, entries)) {
                write(tier, chunk, chunks, hash, key, page);
                HEADER.entries(header, entries + 1);
                HEADER.lowestPossiblyFreeChunk(header, chunk + chunks);
                return true;
            }
            return insertBehindFirst(header, hash, key, page, chunks);
        } finally {
            HEADER.writeUnlock(header);
        }
    }

    /** As {@link #insert}, in the tiers that the segment has taken besides its first. */
    private boolean insertBehindFirst(long header, long hash, PageKey key, Page page, int chunks) {
        long index = HEADER.nextTierIndex(header);
        while (index != 0) {
            long tier = map.tierIndexToBaseAddr(index);
            long counters = tier + countersOffset;
            int chunk = (int) TierCountersArea.lowestPossiblyFreeChunkTiered(counters);
            long entries = TierCountersArea.entries(counters);
            if (hasRoom(tier, chunk, chunks, entries)) {
                write(tier, chunk, chunks, hash, key, page);
                TierCountersArea.entries(counters, entries + 1);
                TierCountersArea.lowestPossiblyFreeChunkTiered(counters, chunk + chunks);
                return true;
            }
            index = TierCountersArea.nextTierIndex(counters);
        }
        return false;
    }

    private boolean hasRoom(long tier, int chunk, int chunks, long entries) {
        if (entries >= map.maxEntriesPerHashLookup || chunk + chunks > map.actualChunksPerSegmentTier) {
            return false;
        }
        for (int i = chunk; i < chunk + chunks; i++) {
            if ((MEMORY.readLong(wordOf(tier, i)) >>> i & 1) != 0) { // the map's own insertion may leave gaps
                return false;
            }
        }
        return true;
    }

    private void write(long tier, int chunk, int chunks, long hash, PageKey key, Page page) {
        for (int i = chunk; i < chunk + chunks; i++) {
            long word = wordOf(tier, i);
            MEMORY.writeLong(word, MEMORY.readLong(word) | 1L << i);
        }
        long at = tier + chunksOffset + chunk * map.chunkSize;
        key.writeTo(MEMORY, at);
        at = writeStopBit(at + PageKey.BYTES, page.length());
        page.writeTo(MEMORY, at);
        long tableKey = table.maskUnsetKey(splitting.segmentHash(hash));
        long slot = table.hlPos(tableKey);
        while (!table.empty(table.readEntry(tier, slot))) {
            slot = table.step(slot);
        }
        table.checkValueForPut(chunk);
        table.writeEntryVolatile(tier, slot, tableKey, chunk);
    }

    private long wordOf(long tier, int chunk) {
        return tier + bitsOffset + (long) (chunk / Long.SIZE) * Long.BYTES;
    }

    /** Groups of seven bits, the lowest first, each but the last with its top bit set; returns where it ends. */
    private static long writeStopBit(long address, int number) {
        long at = address;
        int rest = number;
        for (; rest > 0x7f; rest >>>= 7) {
            MEMORY.writeByte(at++, (byte) (rest | 0x80));
        }
        MEMORY.writeByte(at, (byte) rest);
        return at + 1;
    }
}
