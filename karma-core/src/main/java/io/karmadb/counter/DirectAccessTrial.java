package io.karmadb.counter;

import io.karmadb.logging.Loggers;
import org.slf4j.Logger;

/**
 * Tries {@link DirectAccess} on a small map, once in a process: an application may have brought another version of
 * Chronicle Map than the one whose layout is written there. Pages are inserted in both ways by turns, and then all of them
 * must be found in both ways. If they are not, the map does everything itself.
 */
final class DirectAccessTrial {
    private static final Logger LOG = Loggers.of(DirectAccessTrial.class);
    private static final int ENTRIES = 512;
    private static final int PAGES = 192;

    /** The lengths of pages take turns, so that one and two bytes are needed to write them. */
    private static final int DAYS_MAX = 90;

    private static volatile boolean done;
    private static volatile boolean passed; // written before done

    private DirectAccessTrial() {}

    /** Says whether pages may be accessed directly. The first call takes some milliseconds. */
    static boolean passed() {
        return done ? passed : runOnce();
    }

    /** A trial that fails for want of memory tells nothing, and is made again by the next who asks. */
    private static synchronized boolean runOnce() {
        if (!done) {
            passed = run();
            done = true;
        }
        return passed;
    }

    private static boolean run() {
        boolean found;
        try (PageMap map = new PageMap(0, ENTRIES)) {
            found = fill(map) && map.pages() == PAGES && holdsAll(map);
        } catch (RuntimeException
                | LinkageError
                | AssertionError e) { // as another layout or API shows; not a lack of memory
            LOG.debug("Chronicle Map cannot be accessed directly", e);
            found = false;
        }
        if (!found) {
            LOG.atWarn()
                    .addKeyValue("event", "history.layout_unknown")
                    .log(
                            "Chronicle Map is not of the version that Karma was made for; restoring and reading history take longer");
        }
        return found;
    }

    private static boolean fill(PageMap map) {
        PageKey key = new PageKey();
        Page page = new Page();
        for (int i = 0; i < PAGES; i++) {
            make(i, key, page);
            if (i % 3 == 2) {
                map.add(key, page);
            } else if (!map.addDirectly(key, page)) {
                return false;
            }
        }
        return true;
    }

    private static boolean holdsAll(PageMap map) {
        PageKey key = new PageKey();
        Page page = new Page();
        Page found = new Page();
        for (int i = 0; i < PAGES; i++) {
            make(i, key, page);
            found.clear();
            if (!map.readByQuery(key, found) || !found.equalTo(page)) {
                return false;
            }
            found.clear();
            if (!map.readDirectly(key, found) || !found.equalTo(page)) {
                return false;
            }
        }
        return true;
    }

    private static void make(int i, PageKey key, Page page) {
        key.set(i * 0x9e3779b97f4a7c15L, 2000 + i % 7);
        page.clear();
        for (int day = 0; day <= i % DAYS_MAX; day++) {
            page.put(101 + day % 28 + 100 * (day / 28), i * 31L + day);
        }
    }
}
