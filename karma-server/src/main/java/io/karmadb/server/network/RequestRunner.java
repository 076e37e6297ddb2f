package io.karmadb.server.network;

import io.karmadb.DayRange;
import io.karmadb.DeferredTree;
import io.karmadb.Ticket;
import io.karmadb.server.command.Access;
import io.karmadb.server.command.Answer;
import io.karmadb.server.command.Failure;
import io.karmadb.server.command.PointCommands;
import io.karmadb.server.protocol.Command;
import io.karmadb.server.protocol.ErrorCode;
import io.karmadb.server.protocol.Request;
import io.karmadb.server.protocol.Responses;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Carries out the requests of one connection, one after the other, and puts the answers into its {@link Outbox}. A
 * command that may wait runs on a worker, and comes back through {@link #later}; while {@link #isBusy} the connection
 * hands over no more requests.
 *
 * <p>All state belongs to the connection's event loop.
 */
final class RequestRunner {
    private static final int WRONG_TOKENS_FREE = 3;
    private static final long WRONG_TOKEN_DELAY_MILLIS = 100;

    private final Connection connection;
    private final LoopContext context;
    private final Outbox outbox;
    private final ByteBufAllocator allocator;
    private boolean jobRunning;
    private boolean delayed;
    private int wrongTokens;
    private FindStream stream;
    private boolean chunkRunning;
    private boolean chunkSent;
    private long streamStartNanos;

    RequestRunner(Connection connection, LoopContext context, Outbox outbox, ByteBufAllocator allocator) {
        this.connection = connection;
        this.context = context;
        this.outbox = outbox;
        this.allocator = allocator;
    }

    /** Says whether the next request has to wait. */
    boolean isBusy() {
        return jobRunning || delayed || stream != null;
    }

    boolean isJobRunning() {
        return jobRunning;
    }

    boolean isStreaming() {
        return stream != null;
    }

    /**
     * Carries out a request, or begins to.
     *
     * @param line the request
     * @param now when the turn began, for the latency
     */
    void run(ParsedLine line, long now) {
        Command command = line.request.command(); // of an earlier line, where this one is no request
        if (line.problem != null) {
            if (HttpDetector.isRequestLine(line.line(), line.length())) {
                connection.end(Connection.Ending.CLOSE);
            } else {
                answerError(null, ErrorCode.INVALID_JSON, line.problem, 0, now);
            }
        } else if (command == null) {
            answerError(null, ErrorCode.UNKNOWN_COMMAND, "Unknown command " + line.request.unknownCommand(), 0, now);
        } else if (line.access == Access.NONE) {
            refuseToken(command, now);
        } else {
            wrongTokens = 0;
            if (!line.isAllowed()) {
                answerError(command, ErrorCode.UNAUTHORIZED, "Unauthorized: this token allows only to read", 0, now);
            } else if (line.invalid != null) {
                answerError(command, ErrorCode.VALIDATION_ERROR, line.invalid, 0, now);
            } else if (context.isLoading()) {
                executeWithoutStore(command, now);
            } else {
                execute(line, now);
            }
        }
    }

    void refuseTooLong(long now) {
        String message = "Request exceeds " + context.settings.requestBytesMax() + " bytes";
        answerError(null, ErrorCode.REQUEST_TOO_LARGE, message, 0, now);
        connection.end(Connection.Ending.DRAIN);
    }

    private void refuseToken(Command command, long now) {
        answerError(command, ErrorCode.UNAUTHORIZED, "Unauthorized", 0, now);
        if (++wrongTokens > WRONG_TOKENS_FREE) {
            delayed = true;
            context.loop.schedule(
                    () -> {
                        delayed = false;
                        connection.proceed();
                    },
                    WRONG_TOKEN_DELAY_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void executeWithoutStore(Command command, long now) {
        switch (command) {
            case PING -> answerPing(now);
            case HEALTH -> answer(command, context.loading.health(), now);
            default -> answerError(command, ErrorCode.INTERNAL_ERROR, context.loading.refusal(), 0, now);
        }
    }

    private void answerPing(long now) {
        Batch batch = outbox.open(now);
        Responses.pong(batch.bytes());
        batch.addRead(Command.PING, 0);
    }

    private void execute(ParsedLine line, long now) {
        Request request = line.request;
        Command command = request.command();
        if (command == Command.PING) {
            answerPing(now);
        } else if (command == Command.HEALTH) {
            answer(command, context.commands.run(command, null, null), now);
        } else if (line.tree != null) {
            executePoint(request, line.tree, now);
        } else if (command == Command.FIND) {
            startStream(request, now);
        } else {
            startJob(request, now);
        }
    }

    private void executePoint(Request request, DeferredTree tree, long now) {
        Command command = request.command();
        DayRange range = request.hasRange() ? request.range() : null;
        Ticket ticket = context.ticket;
        ticket.clear();
        boolean done;
        try {
            done = PointCommands.run(command, tree, request.key(), range, request.day(), request.count(), ticket);
        } catch (RuntimeException | Error e) {
            answerFailure(command, Failure.of(command, e), now);
            return;
        }
        if (done) {
            answerPoint(command, ticket, now);
        } else {
            startPointJob(request, tree, range, now);
        }
    }

    private void startPointJob(Request request, DeferredTree tree, DayRange range, long now) {
        Command command = request.command();
        long key = request.key();
        int day = request.day();
        long count = request.count();
        jobRunning = true;
        context.workers.runShort(() -> {
            Ticket ticket = Ticket.waiting();
            Runnable answer = () -> answerPoint(command, ticket, now);
            try {
                PointCommands.run(command, tree, key, range, day, count, ticket);
            } catch (RuntimeException | Error e) {
                Failure failure = Failure.of(command, e);
                answer = () -> answerFailure(command, failure, now);
            }
            Runnable outcome = answer;
            later(() -> finishJob(outcome));
        });
    }

    private void startJob(Request request, long now) {
        Command command = request.command();
        String name = request.treeLength() < 0 ? null : request.treeName();
        DayRange range = request.hasRange() ? request.range() : null;
        Runnable job = () -> {
            Answer answer = context.commands.run(command, name, range);
            later(() -> finishJob(() -> answer(command, answer, now)));
        };
        jobRunning = true;
        switch (command) {
            case DUMP, DUMP_ALL, LOAD, VERIFY -> context.workers.runLong(job);
            default -> context.workers.runShort(job);
        }
    }

    private void finishJob(Runnable answer) {
        jobRunning = false;
        if (!connection.isClosed()) {
            answer.run();
            outbox.seal();
            connection.proceed();
        }
    }

    /** Has the event loop run something. Returns false if it has ended, and with it the connection. */
    private boolean later(Runnable task) {
        try {
            context.loop.execute(() -> connection.guard(task));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private void startStream(Request request, long now) {
        stream = new FindStream(context.store.tree(request.treeName()), request.range());
        streamStartNanos = now;
        chunkSent = false;
        requestChunk();
    }

    /** Has the next piece made, if there is room for it. */
    void resumeStream() {
        if (!chunkRunning && !outbox.isBlocked()) {
            requestChunk();
        }
    }

    private void requestChunk() {
        FindStream current = stream;
        chunkRunning = true;
        context.workers.runShort(() -> {
            FindStream.Chunk chunk = current.next(allocator);
            if (!later(() -> onChunk(chunk))) {
                chunk.release();
                current.close();
            }
        });
    }

    private void onChunk(FindStream.Chunk chunk) {
        chunkRunning = false;
        boolean closed = connection.isClosed();
        if (closed || chunk.last()) {
            stream.close();
            stream = null;
        }
        if (closed) {
            chunk.release();
        } else if (chunk.failure() == null) {
            chunkSent = true;
            outbox.addChunk(chunk.bytes(), chunk.lsn(), chunk.last(), streamStartNanos);
            connection.proceed();
        } else if (chunkSent) {
            // The answer has begun and cannot become an error any more; an unfinished line tells the client.
            connection.end(Connection.Ending.CLOSE);
            connection.proceed();
        } else {
            answerFailure(Command.FIND, chunk.failure(), streamStartNanos);
            outbox.seal();
            connection.proceed();
        }
    }

    /** Called when the connection has been closed. */
    void release() {
        if (stream != null && !chunkRunning) {
            stream.close();
            stream = null;
        }
    }

    private void answerPoint(Command command, Ticket ticket, long now) {
        Batch batch = outbox.open(now);
        int start = batch.bytes().writerIndex();
        PointCommands.answer(command, ticket, batch.bytes());
        if (command.isWrite()) {
            batch.addWrite(command, start, ticket.lsn());
        } else {
            batch.addRead(command, ticket.lsn());
        }
    }

    private void answer(Command command, Answer answer, long now) {
        if (answer.failure() != null) {
            answerFailure(command, answer.failure(), now);
        } else {
            Batch batch = outbox.open(now);
            answer.write(batch.bytes());
            batch.addRead(command, answer.lsn());
        }
    }

    private void answerFailure(Command command, Failure failure, long now) {
        answerError(command, failure.code(), failure.message(), failure.lsn(), now);
    }

    private void answerError(Command command, ErrorCode code, String message, long lsn, long now) {
        Batch batch = outbox.open(now);
        Responses.error(batch.bytes(), code, message);
        batch.addError(command, code, lsn);
    }
}
