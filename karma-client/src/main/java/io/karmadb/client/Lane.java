package io.karmadb.client;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Calls in the order in which they were made, and the one connection that they go through.
 *
 * <p><b>Connections.</b> One is made when there is a call for it, again after a failure, each time later. One that was
 * not used for {@code idleTimeout} is closed, before the server does so at a moment that nobody knows.
 *
 * <p><b>Calls.</b> One that was written is written again only if it is a read. What was never written waits for the next
 * connection, until its time is up.
 *
 * <p><b>Threads.</b> {@link #submit} may be called by any; everything else is for the event loop.
 */
final class Lane {
    private static final String CLOSED = "the client is closed";

    private final Connector connector;
    private final ClientSettings settings;
    private final Duration timeout;
    private final Queue<Call<?>> incoming = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean drainScheduled = new AtomicBoolean();
    private final ArrayDeque<Call<?>> waiting = new ArrayDeque<>();
    private Link link;
    private boolean connecting;
    private int failures;
    private int failuresOfWaiting;
    private long connectNotBeforeNanos = System.nanoTime();
    private Throwable lastFailure;
    private ScheduledFuture<?> timer;
    private long timerNanos;
    private boolean closed;

    Lane(Connector connector, Duration timeout) {
        this.connector = connector;
        this.settings = connector.settings();
        this.timeout = timeout;
    }

    Duration timeout() {
        return timeout;
    }

    /** Takes a call over; it ends by itself, one way or the other. */
    void submit(Call<?> call) {
        incoming.add(call);
        if (drainScheduled.compareAndSet(false, true)) {
            try {
                connector.loop().execute(this::drain);
            } catch (RejectedExecutionException e) {
                for (Call<?> left = incoming.poll(); left != null; left = incoming.poll()) {
                    left.notSent(CLOSED, e);
                }
            }
        }
    }

    private void drain() {
        drainScheduled.set(false);
        for (Call<?> call = incoming.poll(); call != null; call = incoming.poll()) {
            waiting.addLast(call);
        }
        proceed();
    }

    /** Does what can be done now, and sees to it that it is called again when there will be more. */
    void proceed() {
        long now = System.nanoTime();
        if (closed) {
            failWaiting(CLOSED, null);
            return;
        }
        expire(now);
        if (link != null && (link.isClosed() || link.isIdle() && isOver(now, idleNanos()))) {
            link.end("it was not used", null);
        }
        if (link != null) {
            write();
        } else if (!waiting.isEmpty() && !connecting && isOver(now, connectNotBeforeNanos)) {
            connect();
        }
        setTimer();
    }

    private static boolean isOver(long nowNanos, long limitNanos) {
        return nowNanos - limitNanos >= 0;
    }

    private long idleNanos() {
        return link.usedNanos() + settings.idleTimeout().toNanos();
    }

    private void write() {
        Link current = link;
        boolean written = false;
        while (!waiting.isEmpty() && current.isWritable()) {
            current.write(waiting.pollFirst());
            written = true;
        }
        if (written) {
            current.flush();
        }
    }

    private void connect() {
        connecting = true;
        Link next = new Link(this, settings.answerBytesMax());
        connector.connect(next.handlers()).addListener((Future<Channel> connect) -> {
            connecting = false;
            if (!connect.isSuccess()) {
                onConnectFailure(connect.cause());
            } else if (closed) {
                connect.getNow().close();
            } else {
                failuresOfWaiting = 0;
                link = next;
                next.connected(connect.getNow());
            }
            proceed();
        });
    }

    private void onConnectFailure(Throwable cause) {
        lastFailure = cause;
        delayNextConnect();
        if (++failuresOfWaiting == settings.connectAttemptsMax()) {
            failuresOfWaiting = 0;
            failWaiting(connector.failure(cause), cause);
        }
    }

    private void delayNextConnect() {
        failures++;
        connectNotBeforeNanos = System.nanoTime() + settings.backoff().nanos(failures);
    }

    /** Called by a link that has ended. */
    void lost(Link ended) {
        if (ended != link) {
            return;
        }
        link = null;
        if (ended.hasAnswered() || ended.isIdle()) {
            failures = 0;
            lastFailure = null;
        } else {
            delayNextConnect();
        }
        long now = System.nanoTime();
        ArrayDeque<Call<?>> unanswered = ended.takeUnanswered();
        ArrayDeque<Call<?>> again = new ArrayDeque<>();
        for (Call<?> call : unanswered) {
            if (!closed && call.mayBeSentAgain(now)) {
                again.addFirst(call);
            } else {
                call.outcomeUnknown(ended.whyClosed(), ended.cause());
            }
        }
        again.forEach(waiting::addFirst);
        if (!waiting.isEmpty()) {
            connector.loop().execute(this::proceed);
        }
    }

    private void expire(long now) {
        for (Call<?> call = waiting.peekFirst(); call != null && call.isExpired(now); call = waiting.peekFirst()) {
            waiting.pollFirst();
            String why = lastFailure == null ? "the server takes no more" : connector.failure(lastFailure);
            call.notSent("no connection took it within " + seconds() + ": " + why, lastFailure);
        }
        if (link != null && link.first() != null && link.first().isExpired(now)) {
            link.end("no answer within " + seconds(), null);
        }
    }

    private String seconds() {
        return timeout.toMillis() / 1000.0 + " s";
    }

    private void failWaiting(String why, Throwable cause) {
        for (Call<?> call = waiting.pollFirst(); call != null; call = waiting.pollFirst()) {
            call.notSent(why, cause);
        }
    }

    private void setTimer() {
        long now = System.nanoTime();
        long wait = Long.MAX_VALUE;
        if (!waiting.isEmpty()) {
            wait = Math.min(wait, waiting.peekFirst().deadlineNanos() - now);
            if (link == null && !connecting) {
                wait = Math.min(wait, connectNotBeforeNanos - now);
            }
        }
        if (link != null) {
            Call<?> first = link.first();
            wait = Math.min(wait, (first == null ? idleNanos() : first.deadlineNanos()) - now);
        }
        if (wait == Long.MAX_VALUE || timer != null && timerNanos - now <= wait) {
            return; // if it is early, it sets the next one
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerNanos = now + Math.max(0, wait);
        timer = connector
                .loop()
                .schedule(
                        () -> {
                            timer = null;
                            proceed();
                        },
                        Math.max(0, wait),
                        TimeUnit.NANOSECONDS);
    }

    /** Fails what is there and what is yet to come. */
    void close() {
        closed = true;
        if (timer != null) {
            timer.cancel(false);
        }
        if (link != null) {
            link.end("the client was closed", null);
        }
        drain();
    }
}
