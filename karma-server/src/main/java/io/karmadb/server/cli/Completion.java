package io.karmadb.server.cli;

import io.karmadb.client.KarmaClient;
import io.karmadb.client.KarmaClientException;
import io.karmadb.server.terminal.Printable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/**
 * Completes commands, options, and the names of trees and snapshot files, which it asks the server for. A server that
 * does not answer completes nothing.
 */
final class Completion implements Completer {
    private static final long PATIENCE_MILLIS = Duration.ofSeconds(2).toMillis();
    private static final int NAMES_MAX = 1000;

    private final KarmaClient client;

    Completion(KarmaClient client) {
        this.client = client;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        if (line.wordIndex() == 0) {
            for (CommandWord word : CommandWord.all()) {
                candidates.add(described(word.text(), word.does()));
            }
            candidates.add(described(Shell.HELP, "explains the commands"));
            candidates.add(described(Shell.EXIT, "ends the conversation"));
            return;
        }
        CommandWord word = CommandWord.of(line.words().get(0));
        if (word == null) {
            return;
        }
        if (line.word().startsWith("--") && word.range() != CommandWord.Range.NONE) {
            add(List.of("--from", "--to"), candidates);
        } else if (line.wordIndex() == 1) {
            switch (word.needs()) {
                case NOTHING -> {}
                case FILE -> add(snapshots(), candidates);
                default -> add(trees(), candidates);
            }
        }
    }

    private static Candidate described(String text, String description) {
        return new Candidate(text, text, null, description, null, null, true);
    }

    private static void add(List<String> names, List<Candidate> candidates) {
        // What cannot be shown cannot be typed either, and must not reach the terminal.
        names.stream()
                .filter(Printable::is)
                .limit(NAMES_MAX)
                .map(Candidate::new)
                .forEach(candidates::add);
    }

    private List<String> trees() {
        return ask(api -> api.async().trees().toCompletableFuture());
    }

    private List<String> snapshots() {
        return ask(api -> api.async().dumps().toCompletableFuture()).stream()
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .toList();
    }

    private List<String> ask(Function<KarmaClient, Future<List<String>>> question) {
        try {
            return question.apply(client).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | KarmaClientException e) {
            // The next command will say what is wrong; the line that is being typed is no place for it.
            return List.of();
        }
        return List.of();
    }
}
