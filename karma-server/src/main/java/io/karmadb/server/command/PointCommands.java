package io.karmadb.server.command;

import io.karmadb.DayRange;
import io.karmadb.DeferredTree;
import io.karmadb.Ticket;
import io.karmadb.server.protocol.Command;
import io.karmadb.server.protocol.Request;
import io.karmadb.server.protocol.Responses;
import io.netty.buffer.ByteBuf;

/** The commands on one key. Allocates nothing but the buckets of {@code find}. */
public final class PointCommands {
    private PointCommands() {}

    /**
     * Says whether a request acts on one key.
     *
     * @param request a valid request
     * @return whether {@link #run} carries it out
     */
    public static boolean isPoint(Request request) {
        return switch (request.command()) {
            case INCREMENT, DECREMENT, SET, SUM -> true;
            case FIND, DELETE, RESET -> request.hasKey();
            default -> false;
        };
    }

    /**
     * Runs a command on one key.
     *
     * @param command which
     * @param tree the tree
     * @param key unsigned
     * @param range the days; null for all of {@code sum}
     * @param day the day of {@code set}, else any
     * @param count the count of {@code set}, else any
     * @param ticket receives the result
     * @return false if it would have to wait, and the ticket may not; nothing was changed then
     */
    public static boolean run(
            Command command, DeferredTree tree, long key, DayRange range, int day, long count, Ticket ticket) {
        return switch (command) {
            case INCREMENT -> tree.increment(key, ticket);
            case DECREMENT -> tree.decrement(key, ticket);
            case SET -> tree.set(key, day, count, ticket);
            case SUM -> range == null ? tree.sum(key, ticket) : tree.sum(key, range, ticket);
            case FIND -> tree.find(key, range, ticket);
            case DELETE -> tree.delete(key, range, ticket);
            case RESET -> tree.reset(key, ticket);
            default -> throw new IllegalArgumentException("not a command on one key: command=" + command);
        };
    }

    /**
     * Writes the answer of a command that was carried out.
     *
     * @param command which
     * @param ticket what it left
     * @param out receives the line
     */
    public static void answer(Command command, Ticket ticket, ByteBuf out) {
        switch (command) {
            case INCREMENT, DECREMENT, SET -> Responses.one(out);
            case SUM -> Responses.number(out, ticket.value());
            case FIND -> Responses.buckets(out, ticket.buckets());
            case DELETE -> Responses.yes(out);
            case RESET -> Responses.ok(out);
            default -> throw new IllegalArgumentException("not a command on one key: command=" + command);
        }
    }
}
