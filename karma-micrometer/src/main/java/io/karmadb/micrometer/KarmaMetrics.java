package io.karmadb.micrometer;

import io.karmadb.KarmaStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Shows a store in a registry: its size, its log, its checkpoints, and whether it takes writes.
 *
 * <pre>{@code
 * MeterRegistry registry = new SimpleMeterRegistry();
 * try (KarmaStore store = KarmaStore.open(KarmaOptions.builder().build());
 *         KarmaMetrics metrics = new KarmaMetrics(store, "clicks")) {
 *     metrics.bindTo(registry);
 *     store.tree("links").increment(42);
 *     double keys = registry.get("karma.keys").tag("store", "clicks").gauge().value();
 * }
 * }</pre>
 *
 * <p>Every meter has the tag {@code store}, by which several stores in one registry are told apart. The names are those of
 * the server's metrics, with dots: a Prometheus registry makes the server's names of them.
 *
 * <p><b>After the store's end.</b> The meters do not keep a store alive that is closed or forgotten. Its gauges are then
 * no numbers, its counters stay as they were. Closing this takes the meters out of the registries. Binding a store that
 * was opened anew takes the place of a closed one of the same name.
 *
 * <p><b>Cost.</b> Nothing while nobody asks. A scrape looks at the directory's list of files once, and adds up tables of
 * counters.
 *
 * <p><b>Threads.</b> Any.
 */
public final class KarmaMetrics implements MeterBinder, AutoCloseable {
    /** What the names of all meters begin with. */
    static final String PREFIX = "karma.";

    static final String HEALTH = PREFIX + "health";

    private final Figures figures;
    private final Tags tags;
    private final boolean buckets;

    /** The meters in each registry, which are themselves, whatever they are equal to. */
    private final Map<MeterRegistry, Set<Meter>> bound = new IdentityHashMap<>();

    /**
     * Makes a binder.
     *
     * @param store an open store
     * @param name the value of the tag {@code store}
     * @throws io.karmadb.StoreClosedException if the store is closed
     */
    public KarmaMetrics(KarmaStore store, String name) {
        this(store, name, Tags.empty());
    }

    /**
     * Makes a binder.
     *
     * @param store an open store
     * @param name the value of the tag {@code store}
     * @param more tags of all meters; stores in one registry need the same keys
     * @throws io.karmadb.StoreClosedException if the store is closed
     */
    public KarmaMetrics(KarmaStore store, String name, Tags more) {
        store.trees(); // throws if it is closed
        figures = new Figures(store);
        tags = more.and("store", Objects.requireNonNull(name, "name"));
        buckets = false;
    }

    private KarmaMetrics(KarmaMetrics without) {
        figures = without.figures;
        tags = without.tags;
        buckets = true;
    }

    /**
     * Returns a binder that registers distributions besides: for each duration, and for the lines of group commits, how
     * many were up to each of some bounds, as counters with the tag {@code le}. These are some eighty meters more.
     *
     * @return a binder of the same store, which is not bound
     */
    public KarmaMetrics withBuckets() {
        return new KarmaMetrics(this);
    }

    /**
     * Registers the meters. Those of a closed store with the same tags give way; binding twice to one registry changes
     * nothing.
     *
     * @param registry receives them
     * @throws IllegalStateException if the registry shows another open store with the same tags; nothing was changed
     */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (bound.containsKey(registry)) {
            return;
        }
        List<Meter> others =
                registry.getMeters().stream().filter(this::hasTheseTags).toList();
        for (Meter other : others) {
            if (other instanceof Gauge gauge
                    && other.getId().getName().equals(HEALTH)
                    && !Double.isNaN(gauge.value())) {
                throw new IllegalStateException("the registry shows another open store with these tags: tags=" + tags
                        + "; give each store a name of its own, or close the other KarmaMetrics");
            }
        }
        others.forEach(registry::remove);
        bound.put(registry, new Meters(registry, tags, figures, buckets).register());
    }

    private boolean hasTheseTags(Meter meter) {
        return meter.getId().getName().startsWith(PREFIX)
                && tags.stream()
                        .allMatch(tag -> tag.getValue().equals(meter.getId().getTag(tag.getKey())));
    }

    /** Takes the meters out of the registries. The store is left as it is. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        bound.forEach((registry, ours) -> {
            for (Meter meter : registry.getMeters()) {
                if (ours.contains(meter)) {
                    registry.remove(meter);
                }
            }
        });
        bound.clear();
    }
}
