package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CheckpointReport;
import io.karmadb.CounterOverflowException;
import io.karmadb.Day;
import io.karmadb.DayRange;
import io.karmadb.Durability;
import io.karmadb.FutureDayException;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.SnapshotInfo;
import io.karmadb.Tree;
import io.karmadb.TreeNotFoundException;
import io.karmadb.VerifyReport;
import io.karmadb.disk.RealDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Drives a store in a directory and a map of maps with the same random commands, among them turns of the day, snapshots,
 * loads, closes, and kills, which are restarts on a copy of the directory as it is. The number of tries is that of
 * {@code jqwik.tries.default}, each of {@value #COMMANDS} commands.
 */
class StoreModelPropertyTest {
    private static final String[] NAMES = {"links", "shop/clicks", "%2F_1", "日本"};
    private static final long[] KEYS = {0, 1, 127, 254, Long.MAX_VALUE, Long.MIN_VALUE, -1};
    private static final LocalDate START = LocalDate.of(2026, 11, 20);
    private static final int COMMANDS = 200;

    enum Kind {
        INCREMENT,
        INCREMENT_ON,
        DECREMENT,
        DECREMENT_ON,
        SET,
        DELETE,
        DELETE_ALL,
        RESET,
        RESET_ALL,
        CREATE,
        DROP,
        TURN_DAY,
        SNAPSHOT,
        CHECKPOINT,
        LOAD,
        REOPEN,
        KILL
    }

    /** A command; what the numbers mean depends on its kind. */
    record Command(Kind kind, int tree, int key, long amount, int day, int otherDay) {}

    @Provide
    Arbitrary<List<Command>> commands() {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(30, Kind.INCREMENT),
                Tuple.of(10, Kind.INCREMENT_ON),
                Tuple.of(15, Kind.DECREMENT),
                Tuple.of(5, Kind.DECREMENT_ON),
                Tuple.of(12, Kind.SET),
                Tuple.of(5, Kind.DELETE),
                Tuple.of(3, Kind.DELETE_ALL),
                Tuple.of(4, Kind.RESET),
                Tuple.of(2, Kind.RESET_ALL),
                Tuple.of(2, Kind.CREATE),
                Tuple.of(2, Kind.DROP),
                Tuple.of(6, Kind.TURN_DAY),
                Tuple.of(3, Kind.SNAPSHOT),
                Tuple.of(2, Kind.CHECKPOINT),
                Tuple.of(3, Kind.LOAD),
                Tuple.of(2, Kind.REOPEN),
                Tuple.of(2, Kind.KILL));
        Arbitrary<Long> amounts = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.longs().between(1, 5)),
                Tuple.of(1, Arbitraries.longs().filter(amount -> amount != 0)));
        return Combinators.combine(
                        kinds,
                        Arbitraries.integers().between(0, NAMES.length - 1),
                        Arbitraries.integers().between(0, KEYS.length - 1),
                        amounts,
                        Arbitraries.integers().between(-400, 2),
                        Arbitraries.integers().between(-400, 2))
                .as(Command::new)
                .list()
                .ofMaxSize(COMMANDS)
                .withSizeDistribution((tries, min, max, center) -> random -> max); // shorter ones come of shrinking
    }

    @Property
    void agreesWithAModel(@ForAll HistoryKind history, @ForAll("commands") List<Command> commands) {
        try (Session session = new Session(history)) {
            for (Command command : commands) {
                session.run(command);
            }
            session.reopen();
        }
    }

    private static final class Session implements AutoCloseable {
        private final HistoryKind history;
        private final TurnableClock clock = new TurnableClock(START);
        private final Path parent;
        private int directories;
        private Path directory;
        private KarmaStore store;
        private LocalDate today = START;

        private Map<String, Map<Long, TreeMap<Integer, Long>>> model = new LinkedHashMap<>();
        private final Map<String, Map<Long, TreeMap<Integer, Long>>> files = new HashMap<>();

        Session(HistoryKind history) {
            this.history = history;
            try {
                parent = Files.createTempDirectory("karma-model-");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            directory = parent.resolve("data-" + directories++);
            store = open();
        }

        private KarmaStore open() {
            return Engine.openSmall(options(), new RealDisk());
        }

        private KarmaOptions options() {
            return KarmaOptions.builder()
                    .directory(directory)
                    .durability(Durability.WRITE)
                    .history(history)
                    .clock(clock)
                    .zone(ZoneOffset.UTC)
                    .snapshotsKept(2)
                    .build();
        }

        void run(Command command) {
            String name = NAMES[command.tree];
            long key = KEYS[command.key];
            Tree tree = store.tree(name);
            int now = Day.of(today);
            int day = Day.of(START.plusDays(command.day));
            int otherDay = Day.of(START.plusDays(command.otherDay));
            DayRange range = new DayRange(Math.min(day, otherDay), Math.max(day, otherDay));
            switch (command.kind) {
                case INCREMENT -> increment(tree, key, now, command.amount, false);
                case INCREMENT_ON -> increment(tree, key, day, command.amount, true);
                case DECREMENT -> decrement(tree, key, now, command.amount, false);
                case DECREMENT_ON -> decrement(tree, key, day, command.amount, true);
                case SET -> set(tree, key, day, command.amount - 1);
                case DELETE -> {
                    tree.delete(key, range);
                    counter(name, key).subMap(range.first(), range.last() + 1).clear();
                }
                case DELETE_ALL -> {
                    tree.delete(range);
                    tree(name)
                            .values()
                            .forEach(c ->
                                    c.subMap(range.first(), range.last() + 1).clear());
                }
                case RESET -> {
                    tree.reset(key);
                    counter(name, key).clear();
                }
                case RESET_ALL -> {
                    tree.reset();
                    tree(name).values().forEach(TreeMap::clear);
                }
                case CREATE -> {
                    assertThat(store.createTree(name)).isEqualTo(!model.containsKey(name));
                    tree(name);
                }
                case DROP -> drop(name);
                case TURN_DAY -> {
                    today = START.plusDays(command.day / 100);
                    clock.turnTo(today);
                }
                case SNAPSHOT -> snapshot(name);
                case CHECKPOINT -> checkpoint();
                case LOAD -> load(command.key);
                case REOPEN -> reopen();
                case KILL -> kill();
                default -> throw new AssertionError(command);
            }
            checkKey(name, key, range);
            assertThat(store.trees()).containsExactlyElementsOf(model.keySet());
        }

        private void increment(Tree tree, long key, int day, long amount, boolean given) {
            Map<Long, TreeMap<Integer, Long>> counters = model.getOrDefault(tree.name(), Map.of());
            long total = total(counters.getOrDefault(key, new TreeMap<>()));
            if (Long.compareUnsigned(total + amount, total) < 0) {
                assertThatThrownBy(() -> {
                            if (given) {
                                tree.incrementOn(day, key, amount);
                            } else {
                                tree.increment(key, amount);
                            }
                        })
                        .isInstanceOf(CounterOverflowException.class);
                return;
            }
            long after = given ? tree.incrementOn(day, key, amount) : tree.increment(key, amount);
            counter(tree.name(), key).merge(day, amount, Long::sum);
            assertThat(after).isEqualTo(total + amount);
        }

        private void decrement(Tree tree, long key, int day, long amount, boolean given) {
            long taken = given ? tree.decrementOn(day, key, amount) : tree.decrement(key, amount);
            TreeMap<Integer, Long> counter = counter(tree.name(), key);
            Long count = counter.get(day);
            long expected = count == null ? 0 : Long.compareUnsigned(count, amount) < 0 ? count : amount;
            if (count != null) {
                counter.put(day, count - expected);
            }
            assertThat(taken).isEqualTo(expected);
        }

        private void set(Tree tree, long key, int day, long count) {
            TreeMap<Integer, Long> counter =
                    model.getOrDefault(tree.name(), Map.of()).getOrDefault(key, new TreeMap<>());
            long others = total(counter) - counter.getOrDefault(day, 0L);
            if (day > Day.of(today)) {
                assertThatThrownBy(() -> tree.set(key, day, count)).isInstanceOf(FutureDayException.class);
            } else if (Long.compareUnsigned(others + count, others) < 0) {
                assertThatThrownBy(() -> tree.set(key, day, count)).isInstanceOf(CounterOverflowException.class);
            } else {
                assertThat(tree.set(key, day, count)).isEqualTo(others + count);
                counter(tree.name(), key).put(day, count);
            }
        }

        private void drop(String name) {
            if (model.remove(name) == null) {
                assertThatThrownBy(() -> store.dropTree(name)).isInstanceOf(TreeNotFoundException.class);
            } else {
                store.dropTree(name);
            }
        }

        private void snapshot(String name) {
            if (!model.containsKey(name)) {
                assertThatThrownBy(() -> store.snapshot(name)).isInstanceOf(TreeNotFoundException.class);
                return;
            }
            SnapshotInfo file = store.snapshot(name);
            assertThat(files.put(file.name(), copy(model.get(name)))).isNull();
        }

        private void checkpoint() {
            CheckpointReport report = store.checkpoint();
            assertThat(report.failures()).isEmpty();
            assertThat(report.snapshots()).hasSameSizeAs(model.keySet());
            for (SnapshotInfo file : report.snapshots()) {
                assertThat(files.put(file.name(), copy(model.get(file.tree())))).isNull();
            }
            files.keySet().removeIf(name -> !Files.exists(directory.resolve(name)));
        }

        private void load(int choice) {
            List<SnapshotInfo> present = store.snapshots();
            assertThat(present.stream().map(SnapshotInfo::name)).containsExactlyInAnyOrderElementsOf(files.keySet());
            if (present.isEmpty()) {
                return;
            }
            SnapshotInfo file = present.get(choice % present.size());
            String loaded =
                    store.load(choice % 2 == 0 ? file.name() : file.file().toString());
            assertThat(loaded).isEqualTo(file.tree());
            Map<Long, TreeMap<Integer, Long>> content = copy(files.get(file.name()));
            model.put(loaded, content);
        }

        void reopen() {
            VerifyReport report = store.verify();
            assertThat(report.problems()).isEmpty();
            assertThat(report.compared()).isTrue();
            assertThat(report.trees()).isEqualTo(model.size());
            store.close();
            store = open();
            assertThat(store.restoreReport().warnings()).isEmpty();
            checkAll();
        }

        private void kill() {
            Path copy = parent.resolve("data-" + directories++);
            copyDirectory(directory, copy);
            KarmaStore killed = store;
            directory = copy;
            store = open();
            killed.close();
            checkAll();
        }

        private void checkKey(String name, long key, DayRange range) {
            Tree tree = store.tree(name);
            if (!model.containsKey(name)) {
                assertThatThrownBy(() -> tree.sum(key)).isInstanceOf(TreeNotFoundException.class);
                return;
            }
            TreeMap<Integer, Long> counter = model.get(name).getOrDefault(key, new TreeMap<>());
            SortedMap<Integer, Long> within = counter.subMap(range.first(), range.last() + 1);
            assertThat(tree.sum(key)).isEqualTo(total(counter));
            assertThat(tree.sum(key, range)).isEqualTo(total(within));
            assertThat(tree.find(key, range).toMap()).isEqualTo(within);
        }

        private void checkAll() {
            assertThat(store.trees()).containsExactlyElementsOf(model.keySet());
            for (String name : model.keySet()) {
                Map<Long, SortedMap<Integer, Long>> seen = new HashMap<>();
                store.tree(name).find(DayRange.ALL, (key, buckets) -> {
                    assertThat(seen.put(key, buckets.toMap())).isNull();
                    assertThat(buckets.sum()).isEqualTo(store.tree(name).sum(key));
                });
                assertThat(seen).isEqualTo(model.get(name));
                assertThat(store.tree(name).keyCount()).isEqualTo(seen.size());
            }
        }

        private Map<Long, TreeMap<Integer, Long>> tree(String name) {
            return model.computeIfAbsent(name, n -> new HashMap<>());
        }

        private TreeMap<Integer, Long> counter(String name, long key) {
            return tree(name).computeIfAbsent(key, k -> new TreeMap<>());
        }

        private static long total(SortedMap<Integer, Long> counter) {
            return counter.values().stream().mapToLong(count -> count).sum();
        }

        private static Map<Long, TreeMap<Integer, Long>> copy(Map<Long, TreeMap<Integer, Long>> tree) {
            Map<Long, TreeMap<Integer, Long>> copy = new HashMap<>();
            tree.forEach((key, counter) -> copy.put(key, new TreeMap<>(counter)));
            return copy;
        }

        private static void copyDirectory(Path from, Path to) {
            try (Stream<Path> entries = Files.list(from)) {
                Files.createDirectory(to);
                for (Path entry : entries.toList()) {
                    if (!entry.getFileName().toString().equals("karma.lock")) {
                        Files.copy(entry, to.resolve(entry.getFileName()));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            store.close();
            List<Path> entries = new ArrayList<>();
            try (Stream<Path> walk = Files.walk(parent)) {
                walk.sorted(Comparator.reverseOrder()).forEach(entries::add);
                for (Path entry : entries) {
                    Files.delete(entry);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
