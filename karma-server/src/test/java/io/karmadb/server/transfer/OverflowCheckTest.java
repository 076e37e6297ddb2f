package io.karmadb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.karmadb.Durability;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import java.io.InputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which line of a file a store would refuse, held against plain maps of large numbers. */
class OverflowCheckTest {
    private static final int FILES = 400;
    private static final int DAYS = 4;
    private static final BigInteger MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final Pattern REFUSED = Pattern.compile(
            "line (\\d+) was refused: Counter would pass 18446744073709551615: .*; nothing was changed");

    @TempDir
    private Path temporary;

    private record Bucket(String tree, long key, int day, long count) {}

    private static long count(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(3);
            case 1 -> -1L - random.nextInt(3);
            case 2 -> random.nextLong() >>> 2;
            default -> random.nextLong();
        };
    }

    private static Bucket bucket(Random random, int file) {
        String tree = file + (random.nextBoolean() ? "a" : "b");
        return new Bucket(tree, random.nextInt(6), 20260101 + random.nextInt(DAYS), count(random));
    }

    /** Keys with the count of each day. */
    private static final class Model {
        private final Map<String, Map<Integer, BigInteger>> keys = new HashMap<>();

        /** Sets a bucket, if the key's total then fits. */
        boolean set(Bucket bucket) {
            Map<Integer, BigInteger> days =
                    keys.computeIfAbsent(bucket.tree + " " + bucket.key, key -> new HashMap<>());
            Map<Integer, BigInteger> next = new HashMap<>(days);
            next.put(bucket.day, new BigInteger(Long.toUnsignedString(bucket.count)));
            if (next.values().stream().reduce(BigInteger.ZERO, BigInteger::add).compareTo(MAX) > 0) {
                return false;
            }
            days.putAll(next);
            return true;
        }
    }

    @Test
    void theLineThatAStoreWouldRefuseIsNamedHoweverFewKeysAreLookedAtAtOnce() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        KarmaOptions options = KarmaOptions.builder()
                .directory(temporary.resolve("data"))
                .durability(Durability.BUFFERED)
                .build();
        Model[] models = new Model[FILES];
        try (KarmaStore store = KarmaStore.open(options)) {
            for (int i = 0; i < FILES; i++) {
                models[i] = new Model();
                for (int n = random.nextInt(10); n > 0; n--) {
                    Bucket bucket = bucket(random, i);
                    if (models[i].set(bucket)) {
                        store.tree(bucket.tree).set(bucket.key, bucket.day, bucket.count);
                    }
                }
            }
        }
        int refused = 0;
        try (Target target = StoreTarget.open(options, new PrintStream(PrintStream.nullOutputStream()))) {
            for (int i = 0; i < FILES; i++) {
                refused += check(target, models[i], random, i, seed) ? 1 : 0;
            }
        }
        assertThat(refused).as("seed=%d", seed).isBetween(1, FILES - 1);
    }

    /** Says whether a random file was refused, after comparing that with the model. */
    private boolean check(Target target, Model model, Random random, int number, long seed) throws Exception {
        StringBuilder text = new StringBuilder("tree,key,day,count\n");
        Set<Integer> firsts = new HashSet<>();
        Set<String> refusedKeys = new HashSet<>();
        int lines = 1 + random.nextInt(12);
        for (int line = 2; line < 2 + lines; line++) {
            Bucket bucket = bucket(random, number);
            text.append(bucket.tree + "," + bucket.key + "," + bucket.day + "," + Long.toUnsignedString(bucket.count)
                    + "\n");
            if (!refusedKeys.contains(bucket.tree + bucket.key) && !model.set(bucket)) {
                refusedKeys.add(bucket.tree + bucket.key);
                firsts.add(line);
            }
        }
        Path path = Files.writeString(temporary.resolve("rows.csv"), text);
        try (InputFile file = InputFile.open(path.toString(), InputStream.nullInputStream(), progress())) {
            Validation validation = Validation.of(file, Format.CSV, progress());
            String what = "seed=" + seed + ", file " + number + "\n" + text;
            if (!validation.isGood()) {
                assertThat(firsts).as(what).isNotEmpty();
                return true;
            }
            ImportState start = ImportState.start(target.name(), Format.CSV, file, validation);
            new OverflowCheck(file, validation.bounds(), target, start, progress(), 1 + random.nextInt(8)).run();
            assertThat(firsts).as(what).isEmpty();
            importAll(file, target);
            return false;
        } catch (TransferException e) {
            Matcher message = REFUSED.matcher(e.getMessage());
            if (!message.matches()) {
                fail(e);
            }
            assertThat(firsts)
                    .as("seed=%d, file %d, %s\n%s", seed, number, e.getMessage(), text)
                    .contains(Integer.parseInt(message.group(1)));
            return true;
        }
    }

    /** What was found good the store takes. */
    private static void importAll(InputFile file, Target target) throws Exception {
        try (RowReader reader = new RowReader(file.read(0), Format.CSV, 0, 1)) {
            Row row = new Row();
            while (reader.next(row)) {
                target.set(row, reader.line());
            }
        }
    }

    private static ProgressBar progress() {
        return new ProgressBar(null, System::nanoTime);
    }

    @Test
    void keysThatOthersPushNearTheLimitAreLookedAtInAsManyRoundsAsItTakes() throws Exception {
        int keys = 5_000;
        StringBuilder text = new StringBuilder("tree,key,day,count\n");
        for (int key = 0; key < keys; key++) {
            text.append("huge," + key + ",20260101," + Long.toUnsignedString(-1) + "\n");
        }
        text.append("huge,4711,20260102,1\n");
        Path path = Files.writeString(temporary.resolve("rows.csv"), text);
        KarmaOptions options = KarmaOptions.builder()
                .directory(temporary.resolve("data"))
                .durability(Durability.BUFFERED)
                .build();
        try (Target target = StoreTarget.open(options, new PrintStream(PrintStream.nullOutputStream()));
                InputFile file = InputFile.open(path.toString(), InputStream.nullInputStream(), progress())) {
            Validation validation = Validation.of(file, Format.CSV, progress());
            ImportState start = ImportState.start(target.name(), Format.CSV, file, validation);
            OverflowCheck check = new OverflowCheck(file, validation.bounds(), target, start, progress(), 300);
            assertThatThrownBy(check::run)
                    .isInstanceOf(TransferException.class)
                    .hasMessageStartingWith("line " + (keys + 2) + " was refused: Counter would pass")
                    .hasMessageContaining(
                            "tree=huge, key=4711, other days=18446744073709551615, day=20260102, count=1");
        }
    }
}
