package io.karmadb.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What both faces of a client share: the event loop with its thread, the lane of the requests, the lane of the
 * maintenance commands, and how many requests are in flight. For any thread.
 */
final class Session {
    private static final String CLOSED = "the client is closed";

    private final ClientSettings settings;
    private final EventLoopGroup group;
    private final EventLoop loop;
    private final Connector connector;
    private final Lane requests;
    private final Lane maintenance;
    private final Semaphore permits;
    private volatile boolean closed;

    Session(ClientSettings settings) {
        this.settings = settings;
        group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("karma-client", true), NioIoHandler.newFactory());
        loop = group.next();
        connector = new Connector(settings, loop);
        requests = new Lane(connector, settings.requestTimeout());
        maintenance = new Lane(connector, settings.maintenanceTimeout());
        permits = new Semaphore(settings.inFlightMax());
    }

    /** Sends a request; its answer is read as {@code reader} says. */
    <T> CompletableFuture<T> ask(Request request, ResponseReader<T> reader) {
        return send(request, line -> AnswerReader.read(line, request.command(), reader));
    }

    <T> CompletableFuture<T> send(Request request, Call.AnswerDecoder<T> decoder) {
        Lane lane = request.command().isMaintenance() ? maintenance : requests;
        long deadline = System.nanoTime() + lane.timeout().toNanos();
        byte[] line;
        try {
            line = line(request);
            acquire(request, deadline);
        } catch (KarmaNotSentException e) {
            return CompletableFuture.failedFuture(e);
        }
        Call<T> call = new Call<>(request.command(), line, decoder, deadline, permits::release);
        lane.submit(call);
        return call.future();
    }

    private byte[] line(Request request) {
        byte[] line = request.line(settings.token());
        if (line.length - 1 > settings.requestBytesMax()) {
            throw notSent(
                    request,
                    "it has " + (line.length - 1) + " bytes, more than requestBytesMax=" + settings.requestBytesMax());
        }
        if (closed) {
            throw notSent(request, CLOSED);
        }
        return line;
    }

    private void acquire(Request request, long deadlineNanos) {
        if (permits.tryAcquire()) {
            return;
        }
        boolean acquired = false;
        try {
            // The event loop is what others' answers come from.
            acquired =
                    !loop.inEventLoop() && permits.tryAcquire(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notSent(request, "interrupted while " + settings.inFlightMax() + " others were in flight");
        }
        if (!acquired) {
            throw notSent(request, "as many others are in flight as may be, inFlightMax=" + settings.inFlightMax());
        }
    }

    private static KarmaNotSentException notSent(Request request, String why) {
        return new KarmaNotSentException(request.command().text() + " was not sent: " + why, null);
    }

    /** Sends a request over a connection of its own, and returns the answer's line as it arrives. */
    InputStream stream(Request request) {
        requireMayWait();
        byte[] line = line(request);
        KarmaCommand command = request.command();
        return AnswerStream.open(
                connector,
                command,
                line,
                command.isMaintenance() ? settings.maintenanceTimeout() : settings.requestTimeout());
    }

    /** Shows a visitor the answer of a {@code find} as it arrives; false if it did not want to see all. */
    boolean visit(Request request, CounterVisitor visitor) {
        try (InputStream answer = stream(request);
                JsonParser parser = Json.factory().createParser(answer)) {
            return AnswerReader.read(parser, request.command(), ResponseReaders.keys(visitor));
        } catch (ResponseReaders.VisitorEnd e) {
            return false;
        } catch (JsonProcessingException e) {
            throw malformed(request, e);
        } catch (IOException e) {
            if (e.getCause() instanceof KarmaClientException failure) {
                throw failure;
            }
            throw malformed(request, e);
        }
    }

    private static KarmaOutcomeUnknownException malformed(Request request, IOException cause) {
        return new KarmaOutcomeUnknownException(
                request.command().text() + " has no whole answer: it is not what the protocol says: "
                        + cause.getMessage(),
                cause);
    }

    /** Refuses to block the thread that everything else waits for. */
    void requireMayWait() {
        if (loop.inEventLoop()) {
            throw new IllegalStateException("this thread belongs to the client and must not wait for an answer: use"
                    + " async(), or an executor for what comes after an answer");
        }
    }

    void close() {
        closed = true;
        if (!loop.isShuttingDown()) {
            Runnable end = () -> {
                requests.close();
                maintenance.close();
                connector.close();
                group.shutdownGracefully(0, settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
            };
            if (loop.inEventLoop()) {
                end.run();
                return;
            }
            loop.execute(end);
        }
        if (!loop.inEventLoop()) {
            group.terminationFuture().awaitUninterruptibly();
        }
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}
