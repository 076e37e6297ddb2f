package io.karmadb.server.cli;

import io.karmadb.client.Days;
import io.karmadb.client.KarmaCommand;
import io.karmadb.client.Request;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Makes a question of words. */
final class CommandParser {
    private static final String FROM = "--from";
    private static final String TO = "--to";

    private final Supplier<LocalDate> today;

    CommandParser(Supplier<LocalDate> today) {
        this.today = today;
    }

    /**
     * Reads a command.
     *
     * @param words at least one
     * @throws UsageException if the words are no command
     */
    Question parse(List<String> words) throws UsageException {
        CommandWord word = CommandWord.of(words.get(0));
        if (word == null) {
            throw new UsageException("no such command: " + words.get(0) + "; help lists them");
        }
        List<String> operands = new ArrayList<>();
        String from = null;
        String to = null;
        boolean options = true;
        for (int i = 1; i < words.size(); i++) {
            String text = words.get(i);
            if (!options || !text.startsWith("--")) {
                operands.add(text);
            } else if (text.equals("--")) {
                options = false;
            } else {
                int equals = text.indexOf('=');
                String name = equals < 0 ? text : text.substring(0, equals);
                if (word.range() == CommandWord.Range.NONE || !name.equals(FROM) && !name.equals(TO)) {
                    throw usage(word, "has no option " + name + " (options of karma cli go before the command)");
                }
                if (equals < 0 && ++i == words.size()) {
                    throw usage(word, name + " needs a day");
                }
                String day = equals < 0 ? words.get(i) : text.substring(equals + 1);
                if (name.equals(FROM)) {
                    from = day;
                } else {
                    to = day;
                }
            }
        }
        return question(word, operands, days(word, from, to));
    }

    private Days days(CommandWord word, String from, String to) throws UsageException {
        if (word.range() == CommandWord.Range.REQUIRED && (from == null || to == null)) {
            throw usage(word, "needs both days");
        }
        if (from == null && to == null) {
            return word.command() == KarmaCommand.FIND ? Days.ALL : null;
        }
        int first = from == null ? Days.ALL.first() : day(from);
        int last = to == null ? Days.ALL.last() : day(to);
        if (last < first) {
            throw new UsageException("the days end before they start: --from " + from + " --to " + to);
        }
        return new Days(first, last);
    }

    private int day(String text) throws UsageException {
        LocalDate date = DayText.parse(text, today.get());
        return Days.between(date, date).first();
    }

    private static Question question(CommandWord word, List<String> operands, Days days) throws UsageException {
        boolean keyed = word.needs() == CommandWord.Needs.KEY;
        boolean keyPossible = keyed || word.needs() == CommandWord.Needs.TREE_OR_KEY;
        int min = word.needs() == CommandWord.Needs.NOTHING ? 0 : keyed ? 2 : 1;
        int max = keyPossible ? 2 : min;
        if (operands.size() < min) {
            throw usage(word, "needs more");
        }
        if (operands.size() > max) {
            throw usage(word, "does not take \"" + operands.get(max) + "\"");
        }
        Request request = Request.of(word.command());
        String tree = null;
        if (!operands.isEmpty()) {
            tree = operands.get(0);
            request = named(request, tree);
        }
        if (operands.size() == 2) {
            request = request.key(key(operands.get(1)));
        }
        if (days != null) {
            request = request.days(days);
        }
        boolean wholeTree = word == CommandWord.FIND && operands.size() == 1;
        return wholeTree ? new Question(request, tree, days) : new Question(request, null, null);
    }

    private static Request named(Request request, String tree) throws UsageException {
        try {
            return request.tree(tree);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private static long key(String text) throws UsageException {
        try {
            if (text.startsWith("+")) {
                throw new NumberFormatException();
            }
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw new UsageException("a key is an integer from 0 to 18446744073709551615, not \"" + text + "\"");
        }
    }

    private static UsageException usage(CommandWord word, String why) {
        return new UsageException(word.text() + " " + why + "; it is used as: " + word.synopsis());
    }
}
