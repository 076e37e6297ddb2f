package io.karmadb.embedding;

import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.MissingJvmFlagsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A program that opens a store as the README's does, and writes into a file why it was refused. */
final class Refused {
    private Refused() {}

    /**
     * Runs.
     *
     * @param args the file to write to, and the store's directory
     */
    public static void main(String[] args) throws IOException {
        String outcome;
        try (KarmaStore store = KarmaStore.open(
                KarmaOptions.builder().directory(Path.of(args[1])).build())) {
            outcome = "opened: " + store.trees();
        } catch (MissingJvmFlagsException e) {
            outcome = e.toString();
        }
        GuestReport.write(Path.of(args[0]), List.of(outcome));
    }
}
