package io.karmadb.micrometer;

import io.karmadb.KarmaStore;
import io.karmadb.Statistics;
import io.karmadb.StorageException;
import io.karmadb.StoreActivity;
import io.karmadb.StoreClosedException;
import java.lang.ref.WeakReference;
import java.util.function.ToDoubleFunction;

/**
 * A store's figures for meters, which ask for one number at a time, at any time, on any thread. Does not keep the store
 * alive, and never throws.
 *
 * <p>Once the store is closed, what describes its state is no number any more, and what counts stays at the last count
 * that was asked for: registries add up differences, which anything else would spoil.
 */
final class Figures {
    /** So long the figures are good that take a look at the directory: those of one scrape come from one look. */
    private static final long STATISTICS_NANOS = 500_000_000L;

    private final WeakReference<KarmaStore> reference;
    private StoreActivity activity;
    private Statistics statistics;
    private long statisticsNanos;
    private long lines;

    Figures(KarmaStore store) {
        reference = new WeakReference<>(store);
        activity = store.activity();
        look(store);
    }

    boolean isOpen() {
        return store() != null;
    }

    /** A figure of an open store; no number if it is closed. */
    double state(ToDoubleFunction<KarmaStore> figure) {
        KarmaStore store = store();
        return store == null ? Double.NaN : figure.applyAsDouble(store);
    }

    /** What the store has done; once it is closed, what it had done when somebody asked last. */
    synchronized StoreActivity activity() {
        KarmaStore store = store();
        if (store != null) {
            activity = store.activity();
        }
        return activity;
    }

    /** A figure that takes a look at the directory; no number if that cannot be read, or the store is closed. */
    synchronized double statistics(ToDoubleFunction<Statistics> figure) {
        refresh();
        return statistics == null ? Double.NaN : figure.applyAsDouble(statistics);
    }

    /** How many lines have been logged since the store was made; counts, as {@link #activity} does. */
    synchronized long lines() {
        refresh();
        return lines;
    }

    /** 1 if the directory cannot be read, so that there are no statistics. */
    synchronized double incomplete() {
        refresh();
        return state(store -> statistics == null ? 1 : 0);
    }

    private void refresh() {
        KarmaStore store = store();
        if (store == null) {
            statistics = null;
        } else if (System.nanoTime() - statisticsNanos > STATISTICS_NANOS) {
            look(store);
        }
    }

    private void look(KarmaStore store) {
        statistics = null;
        try {
            statistics = store.statistics();
            lines = statistics.lastLsn();
        } catch (StoreClosedException e) {
            reference.clear();
        } catch (StorageException e) {
            statistics = null; // incomplete() tells
        }
        statisticsNanos = System.nanoTime();
    }

    private KarmaStore store() {
        KarmaStore store = reference.get();
        if (store != null) {
            try {
                store.trees();
            } catch (StoreClosedException e) {
                reference.clear();
                return null;
            }
        }
        return store;
    }
}
