package io.karmadb.server.transfer;

import java.util.HashMap;
import java.util.Map;

/**
 * The keys of some slots of {@link CountBounds} whose totals may pass 2^64-1. Should they be too many for the memory, there
 * are fewer slots: the rest is for another look at the file.
 */
final class Candidates {
    private record Counter(String tree, long key) {}

    private final int firstSlot;
    private final int most;
    private final Map<Counter, Candidate> found = new HashMap<>();
    private int endSlot = CountBounds.SLOTS;

    /**
     * Begins with all slots from one on.
     *
     * @param most how many keys there may be, unless all are of one slot
     */
    Candidates(int firstSlot, int most) {
        this.firstSlot = firstSlot;
        this.most = most;
    }

    boolean hasSlot(int slot) {
        return slot >= firstSlot && slot < endSlot;
    }

    /** Returns the slot after the last one. */
    int endSlot() {
        return endSlot;
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** Adds a key of one of the slots with its total, if it is not there yet. */
    void add(String tree, long key, long total) {
        if (hasSlot(CountBounds.slot(tree, key))) {
            found.putIfAbsent(new Counter(tree, key), new Candidate(total));
            while (found.size() > most && endSlot - firstSlot > 1) {
                endSlot = firstSlot + (endSlot - firstSlot) / 2;
                found.keySet().removeIf(counter -> !hasSlot(CountBounds.slot(counter.tree, counter.key)));
            }
        }
    }

    /** Returns a key that was added, or null. */
    Candidate get(String tree, long key) {
        return found.get(new Counter(tree, key));
    }
}
