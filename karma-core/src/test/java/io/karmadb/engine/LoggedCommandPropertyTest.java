package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Durability;
import io.karmadb.disk.RealDisk;
import io.karmadb.wal.LineTemplate;
import io.karmadb.wal.LogReader;
import io.karmadb.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** A reader that remembers the starts of lines reads every line as one does that sees it for the first time. */
class LoggedCommandPropertyTest {
    @Property(tries = 25)
    void readingLineAfterLineGivesWhatReadingEachAloneGives(@ForAll("bodies") List<String> bodies) throws IOException {
        Path directory = Files.createTempDirectory("lines");
        try {
            write(directory, bodies);
            LoggedCommand reused = new LoggedCommand();
            List<String> together = new ArrayList<>();
            List<String> alone = new ArrayList<>();
            LogReader.read(new RealDisk(), directory, 0, 0, Long.MAX_VALUE, null, false, line -> {
                LoggedCommand fresh = new LoggedCommand();
                together.add(outcome(() -> reused.read(line), reused));
                alone.add(outcome(() -> fresh.read(line), fresh));
            });
            assertThat(together).hasSameSizeAs(bodies).isEqualTo(alone);
        } finally {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private static void write(Path directory, List<String> bodies) {
        try (WriteAheadLog log = WriteAheadLog.openSmall(new RealDisk(), directory, Durability.WRITE, 0, 1, false)) {
            for (String body : bodies) {
                LineTemplate line = LineTemplate.of(body.getBytes(StandardCharsets.UTF_8));
                while (log.append(line, 0, 0, 0) == WriteAheadLog.NO_ROOM) {
                    log.awaitRoom();
                }
            }
        }
    }

    private static String outcome(Runnable read, LoggedCommand command) {
        try {
            read.run();
        } catch (RuntimeException e) {
            return e.getMessage();
        }
        return String.join(
                " ",
                command.command,
                command.treeName,
                command.loadedTree,
                command.hasKey ? Long.toUnsignedString(command.key) : "no key",
                command.hasDay ? Long.toUnsignedString(command.day) : "no day",
                command.hasCount ? Long.toUnsignedString(command.count) : "no count",
                command.hasRange
                        ? Long.toUnsignedString(command.from) + "-" + Long.toUnsignedString(command.to)
                        : "no range",
                "" + command.fileBytes,
                command.fileCrc);
    }

    @Provide
    Arbitrary<List<String>> bodies() {
        Arbitrary<String> commands = Arbitraries.of("increment", "increment", "decrement", "set", "reset");
        Arbitrary<String> trees = Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.just("a")),
                Tuple.of(1, Arbitraries.of("ab", "日本", "\\\",\\\"key\\\":1", "x\\\\")));
        Arbitrary<String> numbers = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.longs().map(Long::toUnsignedString)),
                Tuple.of(3, Arbitraries.longs().between(0, 20).map(String::valueOf)),
                Tuple.of(1, Arbitraries.of("18446744073709551615", "18446744073709551616", "18446744073709551620")),
                Tuple.of(1, Arbitraries.of("07", "-1", "1.0", "184467440737095516150", "\"1\"", "null", "1e2")));
        Arbitrary<String> ends = Arbitraries.of("", "", "", ",\"more\":1", ",\"key\":5", ",\"loaded_tree\":\"b\"");
        Arbitrary<String> forms = Arbitraries.of(
                "\"command\":\"%s\",\"tree_name\":\"%s\",\"key\":%s,\"day\":%s,\"count\":%s%s",
                "\"command\":\"%s\",\"tree_name\":\"%s\",\"key\":%s,\"day\":%s,\"count\":%s%s",
                "\"command\":\"%s\",\"tree_name\":\"%s\",\"day\":%3$s,\"key\":%4$s,\"count\":%5$s%6$s",
                "\"command\":\"%s\",\"tree_name\":\"%s\",\"key\":%s,\"time_from\":%s,\"time_to\":%s%s",
                "\"key\":%3$s,\"command\":\"%1$s\",\"tree_name\":\"%2$s\",\"day\":%4$s,\"count\":%5$s%6$s");
        return Combinators.combine(forms, commands, trees, numbers, numbers, numbers, ends)
                .as((form, command, tree, key, day, count, end) ->
                        String.format(form, command, tree, key, day, count, end))
                .list()
                .ofSize(60);
    }
}
