package io.karmadb.server;

/** Requests as a client writes them; names go in as they are. */
final class Requests {
    static final String PING = command("ping");
    static final String DUMP_ALL = command("dump_all");
    static final String VERIFY = command("verify");
    static final String STATS = command("stats");
    static final String TREES = command("trees");

    private Requests() {}

    static String command(String command) {
        return "{\"command\":\"" + command + "\"}";
    }

    /** Returns a command on a tree, or a {@code load} of a file. */
    static String tree(String command, String tree) {
        return "{\"command\":\"" + command + "\",\"tree_name\":\"" + tree + "\"}";
    }

    static String decrement(String tree, long key) {
        return "{\"command\":\"decrement\",\"tree_name\":\"" + tree + "\",\"key\":" + Long.toUnsignedString(key) + "}";
    }

    static String sum(String tree, long key) {
        return "{\"command\":\"sum\",\"tree_name\":\"" + tree + "\",\"key\":" + Long.toUnsignedString(key) + "}";
    }

    /** Returns a request for a key's buckets of all days. */
    static String find(String tree, long key) {
        return "{\"command\":\"find\",\"tree_name\":\"" + tree + "\",\"key\":" + Long.toUnsignedString(key)
                + ",\"time_from\":0,\"time_to\":99999999}";
    }

    /** Returns a request for all buckets of a tree. */
    static String find(String tree) {
        return "{\"command\":\"find\",\"tree_name\":\"" + tree + "\",\"time_from\":0,\"time_to\":99999999}";
    }
}
