package io.karmadb.server.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How often each operation occurs, as in {@code increment=80,sum=20}: weights, which need not add up to 100. */
final class Mix {
    private static final Pattern PART = Pattern.compile("([a-z-]+)(?:=([0-9]{1,6}))?");

    private final String text;
    private final List<Operation> operations;
    private final int[] cumulative;

    private Mix(String text, List<Operation> operations, int[] cumulative) {
        this.text = text;
        this.operations = operations;
        this.cumulative = cumulative;
    }

    /**
     * Reads a mix.
     *
     * @throws IllegalArgumentException if it is none; the message says why
     */
    static Mix parse(String text) {
        String[] parts = text.split(",", -1);
        List<Operation> operations = new ArrayList<>();
        int[] cumulative = new int[parts.length];
        int sum = 0;
        for (String part : parts) {
            Matcher matcher = PART.matcher(part);
            Operation operation = matcher.matches() ? Operation.of(matcher.group(1)) : null;
            if (operation == null) {
                throw new IllegalArgumentException("--mix must be like increment=80,sum=20, of " + Operation.names()
                        + "; \"" + part + "\" is not");
            }
            int weight = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
            if (weight == 0 || operations.contains(operation)) {
                throw new IllegalArgumentException(
                        "--mix names each command once, with a weight of 1 or more; \"" + part + "\" breaks that");
            }
            sum += weight;
            cumulative[operations.size()] = sum;
            operations.add(operation);
        }
        return new Mix(text, List.copyOf(operations), cumulative);
    }

    List<Operation> operations() {
        return operations;
    }

    Operation draw(SplittableRandom random) {
        if (cumulative.length == 1) {
            return operations.get(0);
        }
        int drawn = random.nextInt(cumulative[cumulative.length - 1]);
        int index = 0;
        while (cumulative[index] <= drawn) {
            index++;
        }
        return operations.get(index);
    }

    @Override
    public String toString() {
        return text;
    }
}
