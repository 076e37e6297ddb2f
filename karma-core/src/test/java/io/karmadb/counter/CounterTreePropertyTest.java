package io.karmadb.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.HistoryKind;
import io.karmadb.Ticket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Drives a tree and a map of maps with the same random commands; now and then the journal has no room. */
class CounterTreePropertyTest {
    private static final int[] DAYS = {10101, 20231231, 20240101, 20240229, 20240301, 20261123, 20261124, 99991231};

    private static final long[] AMOUNTS = {1, 1, 1, 2, 100, Long.MAX_VALUE, Long.MIN_VALUE, -1};

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void agreesWithAModel(@ForAll long seed, @ForAll HistoryKind kind, @ForAll boolean keyLocks) {
        Random random = new Random(seed);
        CounterTree tree = CounterTree.create(kind);
        if (keyLocks) {
            tree.useKeyLocks();
        }
        Model model = new Model();
        Recorder journal = new Recorder();
        Ticket ticket = Ticket.waiting();
        long[] keys = random.longs(1 + random.nextInt(20)).toArray();
        for (int i = 0; i < 300; i++) {
            journal.full = random.nextInt(10) == 0;
            long key = keys[random.nextInt(keys.length)];
            int day = DAYS[random.nextInt(DAYS.length)];
            int otherDay = DAYS[random.nextInt(DAYS.length)];
            int first = Math.min(day, otherDay);
            int last = Math.max(day, otherDay);
            long amount = AMOUNTS[random.nextInt(AMOUNTS.length)];
            long lsnBefore = journal.lsn;
            Outcome expected = journal.full ? Outcome.NO_ROOM : Outcome.DONE;
            Outcome outcome;
            switch (random.nextInt(13)) {
                case 0, 1, 2, 3 -> {
                    boolean overflows = Long.compareUnsigned(model.total(key) + amount, amount) < 0;
                    outcome = random.nextBoolean()
                            ? tree.increment(key, day, amount, journal, ticket)
                            : incrementAsAStoreDoes(tree, key, day, amount, journal, ticket);
                    expected = overflows ? Outcome.OVERFLOW : expected;
                    if (expected == Outcome.DONE) {
                        model.counter(key).merge(day, amount, Long::sum);
                        assertThat(ticket.value()).isEqualTo(model.total(key));
                        assertThat(journal.last)
                                .isEqualTo("inc " + key + " " + day + " "
                                        + model.counter(key).get(day));
                    }
                }
                case 4, 5, 6 -> {
                    outcome = tree.decrement(key, day, amount, journal, ticket);
                    if (expected == Outcome.DONE) {
                        Long count = model.counter(key).get(day);
                        long taken = count == null ? 0 : Long.compareUnsigned(count, amount) < 0 ? count : amount;
                        if (count != null) {
                            model.counter(key).put(day, count - taken);
                        }
                        assertThat(ticket.value()).isEqualTo(taken);
                        assertThat(journal.last)
                                .isEqualTo("dec " + key + " " + day + (count == null ? "" : " " + (count - taken)));
                    }
                }
                case 7 -> {
                    outcome = tree.delete(key, first, last, journal, ticket);
                    if (expected == Outcome.DONE) {
                        model.counter(key).subMap(first, last + 1).clear();
                    }
                }
                case 8 -> {
                    outcome = tree.reset(key, journal, ticket);
                    if (expected == Outcome.DONE) {
                        model.counter(key).clear();
                    }
                }
                case 9, 10, 11 -> {
                    long count = random.nextInt(4) == 0 ? 0 : amount;
                    long others = model.total(key) - model.peek(key).getOrDefault(day, 0L);
                    boolean overflows = Long.compareUnsigned(others + count, others) < 0;
                    outcome = tree.set(key, day, count, journal, ticket);
                    expected = overflows ? Outcome.OVERFLOW : expected;
                    if (expected == Outcome.DONE) {
                        model.counter(key).put(day, count);
                        assertThat(ticket.value()).isEqualTo(model.total(key));
                        assertThat(journal.last).isEqualTo("set " + key + " " + day + " " + count);
                    } else if (overflows) {
                        assertThat(ticket.value()).isEqualTo(others);
                    }
                }
                default -> {
                    boolean all = random.nextBoolean();
                    outcome = all ? tree.resetAll(journal, ticket) : tree.deleteAll(first, last, journal, ticket);
                    if (expected == Outcome.DONE) {
                        model.counters.values().forEach(counter -> {
                            if (all) {
                                counter.clear();
                            } else {
                                counter.subMap(first, last + 1).clear();
                            }
                        });
                    }
                }
            }
            assertThat(outcome).isEqualTo(expected);
            if (expected == Outcome.DONE) {
                assertThat(ticket.lsn()).isEqualTo(lsnBefore + 1);
            }
            checkOne(tree, model, key, first, last, ticket);
        }
        checkAll(tree, model);
        tree.release();
    }

    /** The short way first. */
    private static Outcome incrementAsAStoreDoes(
            CounterTree tree, long key, int day, long amount, Recorder journal, Ticket ticket) {
        long total = tree.incrementCurrent(key, day, amount, journal);
        if (total == CounterTree.UNKNOWN) {
            return tree.increment(key, day, amount, journal, ticket);
        }
        ticket.setValue(total);
        ticket.raiseLsn(journal.lsn);
        return Outcome.DONE;
    }

    private static void checkOne(CounterTree tree, Model model, long key, int first, int last, Ticket ticket) {
        tree.total(key, ticket);
        assertThat(ticket.value()).isEqualTo(model.total(key));
        SortedMap<Integer, Long> range = model.peek(key).subMap(first, last + 1);
        tree.sum(key, first, last, ticket);
        assertThat(ticket.value())
                .isEqualTo(range.values().stream().mapToLong(c -> c).sum());
        tree.find(key, first, last, ticket);
        assertThat(ticket.buckets().toMap()).isEqualTo(range);
    }

    private static void checkAll(CounterTree tree, Model model) {
        assertThat(tree.keyCount()).isEqualTo(model.counters.size());
        Map<Long, SortedMap<Integer, Long>> seen = new HashMap<>();
        CounterBatch batch = new CounterBatch();
        for (int branch = 0; branch < tree.branchCount(); branch++) {
            long[] keys = tree.keys(branch);
            tree.copy(branch, keys, 0, keys.length, 0, Integer.MAX_VALUE, batch);
            for (int i = 0; i < batch.size(); i++) {
                assertThat(Long.remainderUnsigned(batch.key(i), tree.branchCount()))
                        .isEqualTo(branch);
                SortedMap<Integer, Long> buckets = new TreeMap<>();
                List<Integer> order = new ArrayList<>();
                for (int j = batch.firstBucket(i); j < batch.endBucket(i); j++) {
                    buckets.put(batch.buckets().day(j), batch.buckets().count(j));
                    order.add(batch.buckets().day(j));
                }
                assertThat(order).isSorted();
                assertThat(batch.total(i))
                        .isEqualTo(buckets.values().stream().mapToLong(c -> c).sum());
                seen.put(batch.key(i), buckets);
            }
        }
        assertThat(seen).isEqualTo(model.counters);
    }

    private static final class Model {
        private final Map<Long, TreeMap<Integer, Long>> counters = new HashMap<>();

        TreeMap<Integer, Long> counter(long key) {
            return counters.computeIfAbsent(key, k -> new TreeMap<>());
        }

        TreeMap<Integer, Long> peek(long key) {
            return counters.getOrDefault(key, new TreeMap<>());
        }

        long total(long key) {
            return peek(key).values().stream().mapToLong(c -> c).sum();
        }
    }

    /** Gives LSNs from 1 and keeps the last command as text. */
    static final class Recorder implements Journal {
        private long lsn;
        private boolean full;
        private String last;

        private long record(String command) {
            if (full) {
                return NO_ROOM;
            }
            last = command;
            return ++lsn;
        }

        @Override
        public long increment(long key, int day, long count) {
            return record("inc " + key + " " + day + " " + count);
        }

        @Override
        public long decrement(long key, int day, long count) {
            return record("dec " + key + " " + day + " " + count);
        }

        @Override
        public long decrementOfNothing(long key, int day) {
            return record("dec " + key + " " + day);
        }

        @Override
        public long set(long key, int day, long count) {
            return record("set " + key + " " + day + " " + count);
        }

        @Override
        public long delete(long key, int first, int lastDay) {
            return record("delete " + key + " " + first + " " + lastDay);
        }

        @Override
        public long deleteAll(int first, int lastDay) {
            return record("delete " + first + " " + lastDay);
        }

        @Override
        public long reset(long key) {
            return record("reset " + key);
        }

        @Override
        public long resetAll() {
            return record("reset");
        }
    }
}
