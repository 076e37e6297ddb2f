package io.karmadb.simulation;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The bytes of a file; immutable. Versions of one file share the pages that do not differ, and all zero pages are one. */
final class Content {
    static final Content EMPTY = new Content(new byte[0][], 0);

    private static final int PAGE_BYTES = 4096;
    private static final int SECTOR_BYTES = 512;
    private static final byte[] ZEROS = new byte[PAGE_BYTES];

    private final byte[][] pages;
    private final long size;

    private Content(byte[][] pages, long size) {
        this.pages = pages;
        this.size = size;
    }

    static Content of(byte[] bytes) {
        return EMPTY.write(0, bytes, 0, bytes.length);
    }

    long size() {
        return size;
    }

    /** Returns the content with some bytes in place of others; a gap reads as zeros. */
    Content write(long offset, byte[] bytes, int from, int to) {
        if (from == to) {
            return this;
        }
        byte[][] changed = resized(Math.max(size, offset + to - from));
        long at = offset;
        for (int next = from; next < to; ) {
            int page = (int) (at / PAGE_BYTES);
            int start = (int) (at % PAGE_BYTES);
            int count = Math.min(to - next, PAGE_BYTES - start);
            if (changed[page] != ZEROS || !isZero(bytes, next, count)) {
                changed[page] = changed[page].clone();
                System.arraycopy(bytes, next, changed[page], start, count);
            }
            next += count;
            at += count;
        }
        return new Content(changed, Math.max(size, at));
    }

    private static boolean isZero(byte[] bytes, int from, int count) {
        return Arrays.equals(bytes, from, from + count, ZEROS, 0, count);
    }

    /** Returns the content cut, or made longer with zeros. */
    Content resize(long bytes) {
        byte[][] changed = resized(bytes);
        int rest = (int) (bytes % PAGE_BYTES);
        if (bytes <= size && rest > 0) { // what is behind the end reads as zeros if the file grows again
            byte[] last = new byte[PAGE_BYTES];
            System.arraycopy(changed[changed.length - 1], 0, last, 0, rest);
            changed[changed.length - 1] = last;
        }
        return new Content(changed, bytes);
    }

    private byte[][] resized(long bytes) {
        byte[][] changed = Arrays.copyOf(pages, Math.toIntExact((bytes + PAGE_BYTES - 1) / PAGE_BYTES));
        for (int i = pages.length; i < changed.length; i++) {
            changed[i] = ZEROS;
        }
        return changed;
    }

    /** Reads as {@link io.karmadb.disk.DiskFile#read} does. */
    int read(ByteBuffer into, long offset) {
        if (offset >= size) {
            return -1;
        }
        int done = 0;
        while (into.hasRemaining() && offset + done < size) {
            long at = offset + done;
            int start = (int) (at % PAGE_BYTES);
            int count = (int) Math.min(Math.min(into.remaining(), PAGE_BYTES - start), size - at);
            into.put(pages[(int) (at / PAGE_BYTES)], start, count);
            done += count;
        }
        return done;
    }

    byte[] toBytes() {
        byte[] bytes = new byte[Math.toIntExact(size)];
        read(ByteBuffer.wrap(bytes), 0);
        return bytes;
    }

    /**
     * Returns what a device may hold that was on its way from the first to the last of some versions of a file: each
     * sector as it was in any of them, some of them only up to some byte, and any size between.
     */
    static Content mixed(List<Content> versions, Random random) {
        Content oldest = versions.get(0);
        Content newest = versions.get(versions.size() - 1);
        long bytes = mixedSize(versions, random);
        boolean inOrder = random.nextBoolean(); // as a journal of data would have it: everything up to one of them
        int upTo = random.nextInt(versions.size());
        Content result = inOrder ? versions.get(upTo).resize(bytes) : newest.resize(bytes);
        if (inOrder) {
            return result;
        }
        for (int page = 0; page < result.pages.length; page++) {
            if (differs(versions, page)) {
                result.pages[page] = mixedPage(versions, page, oldest, random);
            }
        }
        return result.resize(bytes);
    }

    private static long mixedSize(List<Content> versions, Random random) {
        int index = random.nextInt(versions.size());
        long bytes = versions.get(index).size;
        if (index > 0 && random.nextInt(3) == 0) {
            long former = versions.get(index - 1).size;
            if (former < bytes) { // part of an append; a cut is done or not
                return former + random.nextLong(bytes - former);
            }
        }
        return random.nextInt(3) == 0 ? versions.get(versions.size() - 1).size : bytes;
    }

    private static boolean differs(List<Content> versions, int page) {
        byte[] first = pageOf(versions.get(0), page);
        for (Content version : versions) {
            if (pageOf(version, page) != first) {
                return true;
            }
        }
        return false;
    }

    private static byte[] mixedPage(List<Content> versions, int page, Content oldest, Random random) {
        byte[] mixed = new byte[PAGE_BYTES];
        for (int sector = 0; sector < PAGE_BYTES; sector += SECTOR_BYTES) {
            int index = random.nextInt(versions.size());
            System.arraycopy(pageOf(versions.get(index), page), sector, mixed, sector, SECTOR_BYTES);
            if (index > 0 && random.nextInt(4) == 0) { // cut within the sector
                int cut = random.nextInt(SECTOR_BYTES);
                byte[] rest = random.nextBoolean() ? pageOf(versions.get(index - 1), page) : pageOf(oldest, page);
                System.arraycopy(rest, sector + cut, mixed, sector + cut, SECTOR_BYTES - cut);
            }
        }
        return mixed;
    }

    private static byte[] pageOf(Content content, int page) {
        return page < content.pages.length ? content.pages[page] : ZEROS;
    }
}
