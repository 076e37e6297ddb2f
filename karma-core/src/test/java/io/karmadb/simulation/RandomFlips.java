package io.karmadb.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.karmadb.simulation.DamageSubject.Outcome;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.slf4j.LoggerFactory;

/** Flips random bits of a directory, one at a time, on all processors. */
final class RandomFlips {
    /** As many flips have a source of chance of their own, so that those of a seed are the same on any machine. */
    private static final int CHUNK = 500;

    private final DamageSubject subject;
    private final List<String> names;
    private final long bytes;

    RandomFlips(DamageSubject subject) {
        this.subject = subject;
        names = List.copyOf(subject.files().keySet());
        bytes = subject.files().values().stream()
                .mapToLong(content -> content.length)
                .sum();
        assertThat(names)
                .as("files that are not needed")
                .hasSizeGreaterThan(subject.needed().size());
    }

    void run(long seed, int flips) {
        Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, new LongAdder());
        }
        Logger log = (Logger) LoggerFactory.getLogger("io.karmadb");
        Level level = log.getLevel();
        log.setLevel(Level.OFF); // or every snapshot that gives way is logged
        try {
            IntStream.range(0, (flips + CHUNK - 1) / CHUNK)
                    .parallel()
                    .forEach(chunk -> runChunk(seed, chunk, Math.min(CHUNK, flips - chunk * CHUNK), counts));
        } finally {
            log.setLevel(level);
        }
        System.out.println("damage: seed=" + seed + ", bytes=" + bytes + ", flips=" + flips + ", outcomes=" + counts);
        counts.remove(Outcome.TORN); // only a bit of the last line feed makes a torn tail
        assertThat(counts.values()).allMatch(count -> count.sum() > 0);
    }

    private void runChunk(long seed, int chunk, int flips, Map<Outcome, LongAdder> counts) {
        Random random = Seeds.random(seed, chunk);
        for (int i = 0; i < flips; i++) {
            long bit = random.nextLong(bytes * 8);
            int file = 0;
            while (bit >= bitsOf(file)) {
                bit -= bitsOf(file++);
            }
            try {
                counts.get(subject.openFlipped(names.get(file), (int) bit)).increment();
            } catch (AssertionError e) {
                throw new AssertionError(
                        "-Dkarma.simulation.seed=" + seed + ", file=" + names.get(file) + ", bit=" + bit, e);
            }
        }
    }

    private long bitsOf(int file) {
        return subject.files().get(names.get(file)).length * 8L;
    }
}
