package io.karmadb.embedding;

import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.Tree;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * A program that opens and closes stores, and writes into a file how many kilobytes the JVM has handed out outside the
 * heap: before, while each is open, and after each. The JVM counts them with {@code -XX:NativeMemoryTracking=summary}.
 */
final class OffHeapMemory {
    /** What the history of a store takes, at least. */
    static final long KILOBYTES_MIN = 1_000;

    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=(\\d+)KB");

    private OffHeapMemory() {}

    /**
     * Runs.
     *
     * @param args the file to write to
     */
    public static void main(String[] args) throws IOException, JMException {
        List<String> kilobytes = new ArrayList<>();
        useStore(new ArrayList<>()); // what is made once in a process is made here
        kilobytes.add(measure());
        for (int round = 0; round < 2; round++) {
            useStore(kilobytes);
            kilobytes.add(measure());
        }
        GuestReport.write(Path.of(args[0]), kilobytes);
    }

    private static void useStore(List<String> kilobytes) throws JMException {
        try (KarmaStore store = KarmaStore.open(KarmaOptions.builder().build())) {
            Tree tree = store.tree("links");
            for (int day = 20260401; day <= 20260410; day++) {
                for (int key = 0; key < 20_000; key++) {
                    tree.incrementOn(day, key, 1_000_000_007L * (key + 1));
                }
            }
            kilobytes.add(measure());
        }
    }

    private static String measure() throws JMException {
        String summary = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "vmNativeMemory",
                        new Object[] {new String[] {"summary"}},
                        new String[] {String[].class.getName()});
        Matcher other = OTHER.matcher(summary);
        return other.find() ? other.group(1) : "0";
    }
}
