package io.karmadb.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.CorruptionException;
import io.karmadb.Durability;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import io.karmadb.RestoreException;
import io.karmadb.RestoreReport;
import io.karmadb.StorageException;
import io.karmadb.disk.RealDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A whole directory, of which damaged copies are opened. The right state comes out, or a refusal that leads to the
 * damage; a log that has lost its end gives a prefix, but for what later lines say had been forced.
 *
 * <p><b>Threads:</b> any.
 */
final class DamageSubject {
    static final String LOG = "karma.wal";

    private static final RealDisk PATHS = new RealDisk();

    /** What came of opening a damaged copy. */
    enum Outcome {
        /** The damage is where nothing is needed. */
        UNHARMED,
        /** A damaged snapshot gave way to an older one, and all is there. */
        FELL_BACK,
        /** The log has lost its end, as after a crash. */
        TORN,
        /** The directory does not open. */
        REFUSED
    }

    private final Map<String, byte[]> files;
    private final List<ModelState> states;
    private final Map<String, FileState> whole = new HashMap<>();

    /** Those that an opening of the whole directory reads. */
    private final Set<String> needed = ConcurrentHashMap.newKeySet();

    /**
     * Takes a directory.
     *
     * @param directory what a store that was closed has left
     * @param states what it held before the first line of {@code karma.wal}, and after each of them
     */
    DamageSubject(DiskState directory, List<ModelState> states) {
        files = Directory.filesOf(directory);
        this.states = List.copyOf(states);
        files.forEach((name, content) -> whole.put(name, FileState.forced(Content.of(content), Stores.NOW)));
        SimulatedDisk disk = Stores.disk(Directory.of(whole));
        disk.listener((operation, path) -> {
            if (operation == Operation.READ) {
                needed.add(path.getFileName().toString());
            }
            return null;
        });
        Stores.open(disk, Durability.NONE).close();
    }

    /** Returns the files by name, none of which may be changed. */
    Map<String, byte[]> files() {
        return files;
    }

    /** Returns the names of the files that matter. */
    Set<String> needed() {
        return needed;
    }

    /** Returns the number of lines in {@code karma.wal}. */
    int lines() {
        return states.size() - 1;
    }

    /** Returns the files with another one, or with another content of one. */
    Map<String, byte[]> with(String name, byte[] content) {
        Map<String, byte[]> changed = new TreeMap<>(files);
        changed.put(name, content);
        return changed;
    }

    /** Opens a copy of which one bit is flipped. */
    Outcome openFlipped(String name, int bit) {
        byte[] flipped = files.get(name).clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        return open(with(name, flipped), name + " bit " + bit, fewestAfter(name, flipped));
    }

    /**
     * Opens a copy and checks what comes of it.
     *
     * @param damaged its files
     * @param damage what was done, for messages
     * @param fewest how many lines of the log must be there
     */
    Outcome open(Map<String, byte[]> damaged, String damage, int fewest) {
        Set<String> changed = changed(damaged);
        SimulatedDisk disk = Stores.disk(Directory.of(states(damaged)));
        DiskState before = disk.state();
        Outcome outcome;
        try (KarmaStore store = Stores.open(disk, Durability.NONE)) {
            outcome = requireRight(store, changed, damage, fewest);
            requireKept(damaged, disk, store.restoreReport().tornBytes(), damage);
        } catch (CorruptionException | RestoreException | StorageException refusal) {
            requireHelpful(refusal, damaged, changed, damage);
            requireSame(before, disk.state(), damage);
            return Outcome.REFUSED;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("damage=" + damage + ": " + e, e);
        }
        if (outcome == Outcome.UNHARMED) {
            changed.retainAll(needed);
            changed.removeIf(name -> lacksOnlyLineEnd(files.get(name), damaged.get(name)));
            assertThat(changed).as("damage that nobody notices: %s", damage).isEmpty();
        }
        return outcome;
    }

    /** A last line that is whole counts, and whoever appends to the file ends it first. */
    private static boolean lacksOnlyLineEnd(byte[] before, byte[] after) {
        return after != null
                && after.length == before.length - 1
                && before[after.length] == '\n'
                && Arrays.equals(after, Arrays.copyOf(before, after.length));
    }

    private Set<String> changed(Map<String, byte[]> damaged) {
        Set<String> names = new HashSet<>(files.keySet());
        names.addAll(damaged.keySet());
        names.removeIf(name -> Arrays.equals(files.get(name), damaged.get(name)));
        return names;
    }

    private Map<String, FileState> states(Map<String, byte[]> damaged) {
        Map<String, FileState> result = new LinkedHashMap<>();
        damaged.forEach((name, content) -> result.put(
                name,
                files.get(name) == content ? whole.get(name) : FileState.forced(Content.of(content), Stores.NOW)));
        return result;
    }

    private Outcome requireRight(KarmaStore store, Set<String> changed, String damage, int fewest) {
        int lines = lines();
        while (lines >= fewest && !states.get(lines).isHeldBy(store)) {
            lines--;
        }
        if (lines < fewest) {
            throw new AssertionError("a wrong state: fewestLines=" + fewest + ", found=" + ModelState.of(store));
        }
        RestoreReport report = store.restoreReport();
        boolean fellBack = false;
        for (String warning : report.warnings()) {
            boolean gaveWay = warning.contains("gave way to an older one");
            assertThat(changed)
                    .as("a warning names the file: damage=%s, warning=%s", damage, warning)
                    .anyMatch(name -> gaveWay
                            ? warning.contains("file=" + path(name) + ", ") && warning.contains("used=")
                            : warning.contains("file=" + name));
            fellBack |= gaveWay;
        }
        return lines < lines() || report.tornBytes() > 0
                ? Outcome.TORN
                : fellBack ? Outcome.FELL_BACK : Outcome.UNHARMED;
    }

    /** Checks that what was cut off the log is kept beside it. */
    private static void requireKept(Map<String, byte[]> before, SimulatedDisk disk, long tornBytes, String damage) {
        if (tornBytes > 0) {
            byte[] log = before.get(LOG);
            int end = log.length;
            while (log[end - 1] == 0) { // zeros are not worth keeping
                end--;
            }
            byte[] tail = Arrays.copyOfRange(log, (int) (end - tornBytes), end);
            assertThat(Directory.filesOf(disk.state()).entrySet())
                    .as("the tail is kept: %s", damage)
                    .anyMatch(file -> file.getKey().matches("karma\\.wal\\.[0-9]+(\\.[0-9]+)?\\.torn")
                            && Arrays.equals(file.getValue(), tail));
        }
    }

    /** Checks that nothing but the lock file has come to be. */
    private static void requireSame(DiskState before, DiskState after, String damage) {
        Map<String, Integer> left =
                new HashMap<>(after.directories().get(Player.DIRECTORY).seen());
        Map<String, Integer> names = before.directories().get(Player.DIRECTORY).seen();
        if (!names.containsKey("karma.lock")) {
            left.remove("karma.lock");
        }
        assertThat(left).as("a refusal changes nothing: %s", damage).isEqualTo(names);
        before.files()
                .forEach((number, file) -> assertThat(after.files().get(number))
                        .as("a refusal changes nothing: %s", damage)
                        .isSameAs(file));
    }

    /**
     * Checks that a refusal names the damaged file with what was expected and found there; or if the damage shows in
     * another file, such as one that has to follow a missing one, both.
     */
    private void requireHelpful(
            KarmaException refusal, Map<String, byte[]> damaged, Set<String> changed, String damage) {
        String message = refusal.getMessage();
        String as = "damage=" + damage + ", message=" + message;
        assertThat(refusal instanceof CorruptionException ? refusal : refusal.getCause())
                .as("a refusal for damage says what is corrupt: %s", as)
                .isInstanceOf(CorruptionException.class);
        CorruptionException corruption =
                (CorruptionException) (refusal instanceof CorruptionException ? refusal : refusal.getCause());
        assertThat(message).as(as).contains("file=" + corruption.file());
        assertThat(changed)
                .as("the damaged file is named: %s", as)
                .anyMatch(name -> corruption.file().equals(path(name))
                        || message.replace("file=" + corruption.file(), "").contains(name)
                        || isMissingSegment(name, damaged) && message.contains("or a segment before this file"));
        assertThat(corruption.expected()).as(as).isNotBlank();
        assertThat(corruption.found()).as(as).isNotBlank();
        if (refusal == corruption || message.contains(", expected=")) {
            assertThat(message)
                    .as(as)
                    .contains(", expected=" + corruption.expected())
                    .contains(", found=" + corruption.found());
            if (corruption.offset() >= 0) {
                assertThat(message).as(as).contains(", offset=" + corruption.offset() + ", ");
            }
        }
        String name = corruption.file().getFileName().toString();
        if (changed.equals(Set.of(name)) && files.containsKey(name) && damaged.containsKey(name)) {
            requireOffset(corruption, files.get(name), damaged.get(name), as);
        }
    }

    private static boolean isMissingSegment(String name, Map<String, byte[]> damaged) {
        return name.endsWith(".segment") && !damaged.containsKey(name);
    }

    /** Checks that the offset leads to the damage. */
    private static void requireOffset(CorruptionException corruption, byte[] before, byte[] after, String as) {
        if (corruption.offset() < 0) {
            assertThat(corruption.expected()).as("of the whole file: %s", as).startsWith("a file ");
            return;
        }
        assertThat(corruption.offset()).as(as).isLessThanOrEqualTo(after.length);
        if (corruption.file().getFileName().toString().startsWith(LOG)) {
            int first = Arrays.mismatch(before, after);
            int line = first;
            while (line > 0 && before[line - 1] != '\n') {
                line--;
            }
            assertThat(corruption.offset())
                    .as("the line of the first damaged byte, which is at %s: %s", first, as)
                    .isBetween((long) line, (long) first);
        }
    }

    private static Path path(String name) {
        return PATHS.resolve(Player.DIRECTORY, name);
    }

    /** Returns how many lines of the log must be there after some damage to a file. */
    int fewestAfter(String name, byte[] damaged) {
        return name.equals(LOG) ? vouchedFor(damaged) : lines();
    }

    /** Returns how many lines must be there however the log is damaged: those that a line vouches for that is whole. */
    private int vouchedFor(byte[] damaged) {
        List<String> original = linesOf(files.get(LOG));
        Set<String> left = new HashSet<>(linesOf(damaged));
        long first = number(original.get(0), "\"lsn\":");
        long vouched = first - 1;
        for (String line : original) {
            if (left.contains(line) && line.contains("\"synced\":")) {
                vouched = Math.max(vouched, number(line, "\"synced\":"));
            }
        }
        return (int) (vouched - first + 1);
    }

    private static List<String> linesOf(byte[] log) {
        return List.of(new String(log, StandardCharsets.ISO_8859_1).split("\n"));
    }

    private static long number(String line, String field) {
        return Long.parseLong(
                line.substring(line.indexOf(field) + field.length()).split("[^0-9]")[0]);
    }
}
