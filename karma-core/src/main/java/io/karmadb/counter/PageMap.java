package io.karmadb.counter;

import java.lang.ref.Reference;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.hash.VanillaGlobalMutableState;
import net.openhft.chronicle.hash.impl.TierCountersArea;
import net.openhft.chronicle.hash.locks.InterProcessDeadLockException;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;
import net.openhft.chronicle.map.VanillaChronicleMap;

/**
 * Pages in one Chronicle Map of a fixed size, outside the heap.
 *
 * <p>A map consists of <b>segments</b>, each with its own lock and at first one <b>tier</b>: room for about {@value
 * #ENTRIES_PER_SEGMENT} pages of {@value #PAGE_BYTES_TYPICAL} bytes. A segment that is full takes another tier. A map
 * that cannot give it one refuses the page, and where that page was to replace another, the other is lost and the map
 * may hang. So whoever wants to add a page or to let one grow asks {@link #hasRoom} first. It says no when as many tiers
 * have been taken as there are segments, far below the map's own limit, and it sees to it that there are free tiers:
 * no write allocates memory, which could fail.
 *
 * <p><b>Threads:</b> any, one at a time for the same page; no virtual ones.
 *
 * <p><b>Failure:</b> what is not found before the map is touched should never happen. If it does, what the map holds is
 * uncertain, and it refuses everything from then on: better no count than a wrong one.
 */
final class PageMap implements AutoCloseable {
    private static final int ENTRIES_PER_SEGMENT = 256;
    private static final int PAGE_BYTES_TYPICAL = 90;

    /** What pages are measured in; smaller chunks save memory and cost time. */
    private static final int CHUNK_BYTES = 32;

    private final int index;
    private final VanillaChronicleMap<PageKey, Page, ?> map;
    private DirectAccess direct; // made at its first use, by whichever thread; its fields are final
    private final int tiersPlanned;
    private final int tiersInBulk;
    private final int tiersMax;
    private volatile int tiersReserved; // the taken ones among them; written under this object's monitor
    private final LongAdder chunks = new LongAdder();
    private volatile Throwable damage;

    /**
     * Makes an empty map.
     *
     * @param index which of its history's maps it is
     * @param entries how many pages it is made for; a power of two
     */
    PageMap(int index, long entries) {
        this.index = index;
        int segments = Math.toIntExact(Math.max(1, entries / ENTRIES_PER_SEGMENT));
        map = newMap(entries, segments);
        tiersPlanned = Math.max(2, segments);
        tiersInBulk = Math.toIntExact(map.tiersInBulk);
        tiersMax = map.remainingAutoResizes();
        try {
            reserveTiers();
        } catch (Throwable e) {
            map.close();
            throw e;
        }
    }

    /** Makes a map as pages need it, which knows nothing of tiers that are reserved. */
    static VanillaChronicleMap<PageKey, Page, ?> newMap(long entries, int segments) {
        PageKey.Access keys = new PageKey.Access();
        Page.Access pages = new Page.Access();
        return (VanillaChronicleMap<PageKey, Page, ?>) ChronicleMapBuilder.of(PageKey.class, Page.class)
                .keyReaderAndDataAccess(keys, keys)
                .constantKeySizeBySample(new PageKey())
                .valueReaderAndDataAccess(pages, pages)
                .averageValueSize(PAGE_BYTES_TYPICAL)
                .actualChunkSize(CHUNK_BYTES)
                .entries(entries)
                .actualSegments(segments)
                .maxBloatFactor(1000)
                .checksumEntries(false)
                .putReturnsNull(true)
                .skipCloseOnExitHook(true)
                .create();
    }

    /**
     * Allocates tiers ahead, as many as the map does at a time, by taking free ones until it has to; then gives all of
     * them back to its list of free ones.
     */
    private synchronized void reserveTiers() {
        if (enoughReserved(extraTiers())) {
            return; // another thread has done it
        }
        VanillaGlobalMutableState state = map.globalMutableState();
        int bulks = state.getAllocatedExtraTierBulks();
        long[] taken = new long[2 * tiersInBulk];
        int size = 0;
        try {
            while (state.getAllocatedExtraTierBulks() == bulks && size < taken.length) {
                taken[size] = map.allocateTier();
                size++;
            }
            tiersReserved = state.getAllocatedExtraTierBulks() * tiersInBulk;
        } finally {
            giveBack(taken, size, state);
        }
    }

    private void giveBack(long[] taken, int size, VanillaGlobalMutableState state) {
        map.globalMutableStateLock();
        try {
            for (int i = 0; i < size; i++) {
                long counters = map.tierIndexToBaseAddr(taken[i]) + map.tierHashLookupOuterSize;
                TierCountersArea.nextTierIndex(counters, state.getFirstFreeTierIndex());
                state.setFirstFreeTierIndex(taken[i]);
            }
            state.setExtraTiersInUse(state.getExtraTiersInUse() - size);
        } finally {
            map.globalMutableStateUnlock();
        }
    }

    /** Threads that have asked, and not yet written, may take some of what is left. */
    private boolean enoughReserved(int extraTiers) {
        return extraTiers + Math.max(1, tiersInBulk / 2) <= tiersReserved;
    }

    /** Returns the number of pages. Looks at every segment. */
    long pages() {
        return map.longSize();
    }

    int index() {
        return index;
    }

    /** How many tiers have been taken besides each segment's first. */
    int extraTiers() {
        return tiersMax - map.remainingAutoResizes();
    }

    /** How many tiers may be taken before {@link #hasRoom} begins to say no. */
    int tiersPlanned() {
        return tiersPlanned;
    }

    /**
     * Says whether a page may be added or may grow: while few tiers have been taken, or, since none is ever given back,
     * while most of their room is free again.
     *
     * @throws OutOfMemoryError if there is no memory for it
     */
    boolean hasRoom() {
        int extra = extraTiers();
        if (extra >= tiersPlanned && !mostlyFree(extra)) {
            return false;
        }
        if (!enoughReserved(extra)) {
            reserveTiers();
        }
        return true;
    }

    private boolean mostlyFree(int extra) {
        long room = (map.actualSegments + (long) extra) * map.actualChunksPerSegmentTier;
        return extra < tiersPlanned + tiersPlanned / 2 && chunks.sum() < room / 2;
    }

    /**
     * Reads a page.
     *
     * @param key its key
     * @param into receives the page
     * @return whether there is one; if not, {@code into} is as it was
     */
    boolean read(PageKey key, Page into) {
        return DirectAccessTrial.passed() ? readDirectly(key, into) : readByQuery(key, into);
    }

    /** As {@link #read}, by {@link DirectAccess}. */
    boolean readDirectly(PageKey key, Page into) {
        requireSound();
        return direct().read(key, into);
    }

    /** As {@link #read}, by the map's own look-up. */
    boolean readByQuery(PageKey key, Page into) {
        requireSound();
        return map.getUsing(key, into) != null;
    }

    /** Has the processor fetch what {@link #read} looks at; see {@link DirectAccess#prefetch}. */
    long prefetch(PageKey key) {
        return DirectAccessTrial.passed() ? direct().prefetch(key) : 0;
    }

    private DirectAccess direct() {
        DirectAccess made = direct;
        if (made == null) {
            made = new DirectAccess(map);
            direct = made;
        }
        return made;
    }

    /** Says whether there is a page. */
    boolean contains(PageKey key) {
        requireSound();
        try (ExternalMapQueryContext<PageKey, Page, ?> query = map.queryContext((Data<PageKey>) key)) {
            return query.entry() != null;
        }
    }

    /** What became of a bucket that was to be put. */
    enum Outcome {
        /** The page has it. */
        DONE,
        /** There is no such page; nothing was changed. */
        NO_PAGE,
        /** The page would have had to grow; it was left as it was. */
        NO_ROOM
    }

    /**
     * Puts a bucket into a page that is in the map.
     *
     * @param key the page's key
     * @param day the bucket's {@code MMDD}
     * @param count the unsigned count
     * @param page receives the page with the bucket, unless there is none
     * @return whether the page in the map has the bucket now
     */
    Outcome putBucket(PageKey key, int day, long count, Page page) {
        requireSound();
        int more;
        try (ExternalMapQueryContext<PageKey, Page, ?> query = map.queryContext((Data<PageKey>) key)) {
            query.writeLock().lock(); // at once, so that waiting for it cannot fail halfway
            MapEntry<PageKey, Page> entry = query.entry();
            if (entry == null) {
                return Outcome.NO_PAGE;
            }
            entry.value().getUsing(page);
            int oldLength = page.length();
            page.put(day, count);
            more = chunksOf(page.length()) - chunksOf(oldLength);
            if (more > 0 && !hasRoom()) {
                return Outcome.NO_ROOM;
            }
            replace(entry, page);
        }
        count(more);
        return Outcome.DONE;
    }

    /** Adds a page that is not in the map; it does nothing about room. */
    void add(PageKey key, Page page) {
        requireSound();
        try (ExternalMapQueryContext<PageKey, Page, ?> query = map.queryContext((Data<PageKey>) key)) {
            query.writeLock().lock();
            query.absentEntry().doInsert(page); // if it fails, it has done nothing
        }
        count(chunksOf(page.length()));
    }

    /** As {@link #add}, in less time; for a page of which is known that it is not in the map. */
    void addNew(PageKey key, Page page) {
        assert !contains(key) : key;
        if (!DirectAccessTrial.passed() || !addDirectly(key, page)) {
            add(key, page);
        }
    }

    /** Adds a page that is not in the map as {@link DirectAccess} does, or returns false and changes nothing. */
    boolean addDirectly(PageKey key, Page page) {
        requireSound();
        int more = chunksOf(page.length());
        boolean inserted;
        try {
            inserted = direct().insert(key, page, more);
        } catch (InterProcessDeadLockException e) {
            throw e; // the lock was not to be had, so nothing was touched
        } catch (Throwable e) {
            damage = e;
            throw e;
        }
        if (inserted) {
            count(more);
        }
        return inserted;
    }

    /** Replaces a page that is in the map by one that is not longer, and so needs no room. */
    void shrink(PageKey key, Page page) {
        requireSound();
        int less;
        try (ExternalMapQueryContext<PageKey, Page, ?> query = map.queryContext((Data<PageKey>) key)) {
            query.writeLock().lock();
            MapEntry<PageKey, Page> entry = query.entry();
            less = chunksOf((int) entry.value().size()) - chunksOf(page.length());
            assert less >= 0 : less;
            replace(entry, page);
        }
        count(-less);
    }

    private void replace(MapEntry<PageKey, Page> entry, Page page) {
        try {
            entry.doReplaceValue(page);
        } catch (Throwable e) {
            damage = e;
            throw e;
        }
    }

    /** Removes a page that is in the map. */
    void remove(PageKey key) {
        requireSound();
        int less;
        try (ExternalMapQueryContext<PageKey, Page, ?> query = map.queryContext((Data<PageKey>) key)) {
            query.writeLock().lock();
            MapEntry<PageKey, Page> entry = query.entry();
            less = chunksOf((int) entry.value().size());
            try {
                entry.doRemove();
            } catch (Throwable e) {
                damage = e;
                throw e;
            }
        }
        count(-less);
    }

    private void count(int more) {
        if (more != 0) {
            chunks.add(more);
        }
    }

    /** How many chunks the map allocates for a page. */
    private int chunksOf(int length) {
        return map.inChunks(PageKey.BYTES + map.valueSizeMarshaller.storingLength(length) + length);
    }

    private void requireSound() {
        Throwable cause = damage;
        if (cause != null) {
            throw new IllegalStateException("history is damaged by an earlier error; reopen the store", cause);
        }
    }

    /** The memory taken, in bytes: what pages fill, and what each tier needs to find them. */
    long bytes() {
        long perTier = map.tierSize - map.actualChunksPerSegmentTier * CHUNK_BYTES;
        return chunks.sum() * CHUNK_BYTES + (map.actualSegments + (long) extraTiers()) * perTier;
    }

    /** The living threads that have used the map, for tests. */
    List<Thread> threads() {
        return map.allContexts().stream()
                .map(Reference::get)
                .filter(Objects::nonNull)
                .map(holder -> holder.get().owner())
                .toList();
    }

    @Override
    public void close() {
        map.close();
    }
}
