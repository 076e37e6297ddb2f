package io.karmadb.server.cli;

import io.karmadb.client.KarmaCommand;
import java.util.List;
import java.util.Locale;

/** The commands as they are typed, with what follows them. */
enum CommandWord {
    PING(KarmaCommand.PING, Needs.NOTHING, Range.NONE, "asks for a sign of life"),
    INCREMENT(KarmaCommand.INCREMENT, Needs.KEY, Range.NONE, "adds 1 to today's bucket of a key"),
    DECREMENT(KarmaCommand.DECREMENT, Needs.KEY, Range.NONE, "takes 1 from it, but not below zero"),
    SUM(KarmaCommand.SUM, Needs.KEY, Range.OPTIONAL, "sums all days of a key, or some"),
    FIND(KarmaCommand.FIND, Needs.TREE_OR_KEY, Range.OPTIONAL, "shows the days of a key, or of all keys"),
    DELETE(KarmaCommand.DELETE, Needs.TREE_OR_KEY, Range.REQUIRED, "removes days of a key, or of all keys"),
    RESET(KarmaCommand.RESET, Needs.TREE_OR_KEY, Range.NONE, "removes all days of a key, or of all keys"),
    TREES(KarmaCommand.TREES, Needs.NOTHING, Range.NONE, "lists the trees"),
    CREATE(KarmaCommand.CREATE, Needs.TREE, Range.NONE, "creates a tree"),
    DROP(KarmaCommand.DROP, Needs.TREE, Range.NONE, "removes a tree with its counters"),
    DUMP(KarmaCommand.DUMP, Needs.TREE, Range.NONE, "writes a snapshot of a tree"),
    DUMP_ALL(KarmaCommand.DUMP_ALL, Needs.NOTHING, Range.NONE, "writes a snapshot of every tree"),
    DUMPS(KarmaCommand.DUMPS, Needs.NOTHING, Range.NONE, "lists the snapshot files"),
    LOAD(KarmaCommand.LOAD, Needs.FILE, Range.NONE, "replaces a tree by what a snapshot file holds"),
    HEALTH(KarmaCommand.HEALTH, Needs.NOTHING, Range.NONE, "says whether the server takes writes"),
    STATS(KarmaCommand.STATS, Needs.NOTHING, Range.NONE, "shows figures"),
    METRICS(KarmaCommand.METRICS, Needs.NOTHING, Range.NONE, "shows figures in the Prometheus format"),
    VERIFY(KarmaCommand.VERIFY, Needs.NOTHING, Range.NONE, "compares the server's disk with its memory");

    /** What a command is about. */
    enum Needs {
        NOTHING(""),
        TREE(" TREE"),
        KEY(" TREE KEY"),
        TREE_OR_KEY(" TREE [KEY]"),
        FILE(" FILE");

        private final String text;

        Needs(String text) {
            this.text = text;
        }
    }

    /** Whether a command takes days. */
    enum Range {
        NONE(""),
        OPTIONAL(" [--from DAY] [--to DAY]"),
        REQUIRED(" --from DAY --to DAY");

        private final String text;

        Range(String text) {
            this.text = text;
        }
    }

    private final KarmaCommand command;
    private final Needs needs;
    private final Range range;
    private final String does;

    CommandWord(KarmaCommand command, Needs needs, Range range, String does) {
        this.command = command;
        this.needs = needs;
        this.range = range;
        this.does = does;
    }

    /** Returns the command of that name, in this program's spelling or in the protocol's, or null. */
    static CommandWord of(String text) {
        for (CommandWord word : values()) {
            if (word.text().equals(text) || word.command.text().equals(text)) {
                return word;
            }
        }
        return null;
    }

    static List<CommandWord> all() {
        return List.of(values());
    }

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String synopsis() {
        return text() + needs.text + range.text;
    }

    String does() {
        return does;
    }

    KarmaCommand command() {
        return command;
    }

    Needs needs() {
        return needs;
    }

    Range range() {
        return range;
    }
}
