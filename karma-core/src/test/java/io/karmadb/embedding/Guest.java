package io.karmadb.embedding;

import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program that opens several stores side by side, counts in them, closes them, and stays until its input ends. It prints
 * nothing, so that all that comes is from others; what it has seen goes into a file.
 */
final class Guest {
    static final int KEYS = 200;
    static final int DAYS = 30;
    static final int MONTH = 20260400;

    private Guest() {}

    /**
     * Runs.
     *
     * @param args the file to write to, the directory in which each store has one, and their kinds of history
     */
    public static void main(String[] args) throws IOException {
        Path report = Path.of(args[0]);
        Path directory = Path.of(args[1]);
        ZoneId.systemDefault(); // the JDK notes it in a property
        Properties before = (Properties) System.getProperties().clone();
        Set<Thread> others = Thread.getAllStackTraces().keySet();
        List<String> lines = new ArrayList<>();
        List<KarmaStore> stores = new ArrayList<>();
        for (int i = 2; i < args.length; i++) {
            HistoryKind kind = HistoryKind.valueOf(args[i]);
            ZoneId zone = ZoneId.of(i % 2 == 0 ? "Pacific/Kiritimati" : "Pacific/Pago_Pago"); // a day apart, always
            var options = KarmaOptions.builder().history(kind).zone(zone);
            stores.add(KarmaStore.open(options.build())); // in memory only
            stores.add(KarmaStore.open(
                    options.directory(directory.resolve("store-" + (i - 2))).build()));
        }
        for (KarmaStore store : stores) {
            count(store.tree("links"), stores.indexOf(store) + 1);
        }
        stores.get(1).checkpoint();
        lines.add("threads while open: " + threads(others));
        while (!stores.isEmpty()) {
            stores.get(0).close();
            stores.remove(0);
            lines.add("sums: "
                    + stores.stream()
                            .map(store -> Long.toString(store.tree("links").sum(7)))
                            .collect(Collectors.joining(" ")));
            lines.add(
                    "days: " + stores.stream().map(KarmaStore::today).distinct().count());
        }
        lines.add("threads when closed: " + threads(others));
        lines.add("open files: " + openFiles(directory));
        lines.add("properties: " + changed(before));
        GuestReport.write(report, lines);
        while (System.in.read() >= 0) {
            continue;
        }
    }

    private static void count(Tree tree, int amount) {
        for (int day = MONTH + 1; day <= MONTH + DAYS; day++) {
            tree.incrementOn(day, 7, amount);
        }
        for (int key = 100; key < 100 + KEYS; key++) {
            tree.increment(key);
        }
    }

    private static Set<String> threads(Set<Thread> others) {
        Set<String> names = new TreeSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!others.contains(thread)) {
                names.add(thread.getName() + (thread.isDaemon() ? "" : " (no daemon)"));
            }
        }
        return names;
    }

    /** The names of the system properties that are not as they were. */
    private static Set<String> changed(Properties before) {
        Set<String> names = new TreeSet<>(before.stringPropertyNames());
        names.addAll(System.getProperties().stringPropertyNames());
        names.removeIf(name -> Objects.equals(before.getProperty(name), System.getProperty(name)));
        return names;
    }

    /** Files in a directory, and connections, that this process has open or mapped; on Linux. */
    private static List<String> openFiles(Path directory) throws IOException {
        Path self = Path.of("/proc/self");
        if (!Files.isDirectory(self)) {
            return List.of();
        }
        List<String> open = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(self.resolve("fd"))) {
            for (Path descriptor : descriptors.toList()) {
                if (Files.isSymbolicLink(descriptor)) { // the one that lists them is gone
                    open.add(Files.readSymbolicLink(descriptor).toString());
                }
            }
        }
        open.addAll(Files.readAllLines(self.resolve("maps")));
        Set<String> connections = connections();
        open.removeIf(file -> !connections.contains(file) && !file.contains(directory.toString()));
        return open;
    }

    /** Everybody's TCP and UDP sockets, by the names that descriptors have; not the pair of sockets inside JDK 17. */
    private static Set<String> connections() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String protocol : List.of("tcp", "tcp6", "udp", "udp6")) {
            Path table = Path.of("/proc/self/net", protocol);
            if (Files.exists(table)) {
                Files.readAllLines(table).stream()
                        .skip(1)
                        .map(line -> line.strip().split("\\s+"))
                        .forEach(fields -> names.add("socket:[" + fields[9] + "]"));
            }
        }
        return names;
    }
}
