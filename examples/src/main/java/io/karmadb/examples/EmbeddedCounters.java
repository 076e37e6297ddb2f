package io.karmadb.examples;

import io.karmadb.DayRange;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.Tree;
import java.nio.file.Path;

/** Counts in a directory that outlives the process: every run goes on where the last one stopped. */
public final class EmbeddedCounters {
    private EmbeddedCounters() {}

    public static void main(String[] args) {
        Path directory = Path.of(args.length > 0 ? args[0] : "counters");
        KarmaOptions options = KarmaOptions.builder().directory(directory).build();
        try (KarmaStore store = KarmaStore.open(options)) {
            Tree links = store.tree("links");
            links.increment(42); // today's bucket of key 42, and its total; on disk when it returns
            links.increment(42, 10);
            links.decrement(42);
            links.incrementOn(20260501, 42, 5); // another day's bucket

            long total = links.sum(42);
            long may = links.sum(42, new DayRange(20260501, 20260531));
            System.out.println("all days: " + Long.toUnsignedString(total));
            System.out.println("May 2026: " + Long.toUnsignedString(may));
        }
    }
}
