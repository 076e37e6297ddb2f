package io.karmadb.counter;

import io.karmadb.HistoryKind;
import io.karmadb.MissingJvmFlagsException;
import io.karmadb.Ticket;
import java.util.List;

/** A program that uses history outside the heap, for tests of the JVM it runs in. */
final class OffHeapProbe {
    private OffHeapProbe() {}

    /**
     * Runs.
     *
     * @param args names of classes that must be absent
     */
    public static void main(String[] args) {
        for (String name : args) {
            try {
                Class.forName(name, false, OffHeapProbe.class.getClassLoader());
                System.out.println("present: " + name);
            } catch (ClassNotFoundException e) {
                continue;
            }
        }
        try {
            OffHeapSupport.require();
        } catch (MissingJvmFlagsException e) {
            System.out.println("refused: " + e.getMessage());
            return;
        }
        turnTheDay();
        try (History history = HistoryFactory.open(HistoryKind.OFF_HEAP)) {
            int[] locators = new int[5_000];
            for (int day = 20261101; day <= 20261130; day++) {
                for (int key = 0; key < locators.length; key++) {
                    locators[key] = history.put(key, locators[key], day, key);
                }
            }
            long sum = 0;
            for (int key = 0; key < locators.length; key++) {
                sum += history.sum(key, locators[key], 20261101, 20261130, 0);
            }
            System.out.println("sum: " + sum);
        }
    }

    /** The first bucket that goes to history starts Chronicle Map, for which an event loop must not wait. */
    private static void turnTheDay() {
        CounterTree tree = CounterTree.create(HistoryKind.OFF_HEAP);
        Journal journal = new NumberingJournal(0);
        Ticket loop = Ticket.neverWaiting();
        List<Outcome> outcomes = List.of(
                tree.increment(1, 20261101, 1, journal, Ticket.waiting()),
                tree.increment(1, 20261101, 1, journal, loop),
                tree.increment(1, 20261102, 1, journal, loop),
                tree.set(1, 20261102, 1, journal, loop),
                tree.increment(1, 20261102, 1, journal, Ticket.waiting()),
                tree.set(1, 20261103, 1, journal, loop));
        tree.release();
        System.out.println("turn of the day: " + outcomes);
    }
}
