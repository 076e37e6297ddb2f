package io.karmadb.client;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** One request, whose token the client adds. Immutable; what a command needs is for the server to check. */
public final class Request {
    private static final int TREE_BYTES_MAX = 65_536;

    private final KarmaCommand command;
    private final String tree;
    private final boolean hasKey;
    private final long key;
    private final Days days;

    private Request(KarmaCommand command, String tree, boolean hasKey, long key, Days days) {
        this.command = command;
        this.tree = tree;
        this.hasKey = hasKey;
        this.key = key;
        this.days = days;
    }

    /**
     * Makes a request without fields.
     *
     * @param command what to do
     * @return a request
     */
    public static Request of(KarmaCommand command) {
        return new Request(Objects.requireNonNull(command, "command"), null, false, 0, null);
    }

    /**
     * Adds a tree, or a snapshot file for {@code load}.
     *
     * @param name 1 to 65536 bytes of UTF-8
     * @return a new request
     * @throws IllegalArgumentException if no tree can have that name
     */
    public Request tree(String name) {
        // An unpaired surrogate would become a question mark on the way, and with it the name of another tree.
        if (name.isEmpty() || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new IllegalArgumentException("no name of a tree: empty, or with an unpaired surrogate");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > TREE_BYTES_MAX) {
            throw new IllegalArgumentException("no name of a tree: longer than " + TREE_BYTES_MAX + " bytes");
        }
        return new Request(command, name, hasKey, key, days);
    }

    /**
     * Adds a key.
     *
     * @param unsigned the key
     * @return a new request
     */
    public Request key(long unsigned) {
        return new Request(command, tree, true, unsigned, days);
    }

    /**
     * Adds a range of days.
     *
     * @param range the days
     * @return a new request
     */
    public Request days(Days range) {
        return new Request(command, tree, hasKey, key, Objects.requireNonNull(range, "range"));
    }

    /**
     * Returns the command.
     *
     * @return what to do
     */
    public KarmaCommand command() {
        return command;
    }

    /** Returns the request's line, its end included. */
    byte[] line(String token) {
        StringBuilder line = new StringBuilder(96).append("{\"command\":\"").append(command.text());
        line.append('"');
        if (token != null) {
            text(line, "token", token);
        }
        if (tree != null) {
            text(line, "tree_name", tree);
        }
        if (hasKey) {
            line.append(",\"key\":").append(Long.toUnsignedString(key));
        }
        if (days != null) {
            line.append(",\"time_from\":").append(days.first());
            line.append(",\"time_to\":").append(days.last());
        }
        return line.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void text(StringBuilder line, String field, String value) {
        line.append(",\"").append(field).append("\":\"");
        JsonStringEncoder.getInstance().quoteAsString(value, line);
        line.append('"');
    }

    /** Returns the request's line without a token and without its end. */
    @Override
    public String toString() {
        return new String(line(null), StandardCharsets.UTF_8).stripTrailing();
    }
}
