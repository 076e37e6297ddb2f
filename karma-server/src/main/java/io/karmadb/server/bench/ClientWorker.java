package io.karmadb.server.bench;

import io.karmadb.client.AsyncKarmaClient;
import io.karmadb.client.Days;
import io.karmadb.client.KarmaClient;
import io.karmadb.client.KarmaServerException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * A worker that asks through {@code karma-client}, as applications do: what it measures is what they get. Each connection
 * is a client with its own thread, on which the answers come; everything here is done under one lock.
 */
final class ClientWorker implements Worker {
    private static final int DAYS = 30;
    private static final int ANSWER_BYTES_MAX = 1 << 30;

    private final Load load;
    private final Schedule schedule;
    private final SplittableRandom random;
    private final KeyDistribution keys;
    private final Days lastDays;
    private final Tally tally;
    private final List<Connection> connections = new ArrayList<>();
    private long nextDue;
    private long inFlight;

    /** Makes a worker; its clients connect with their first requests. */
    ClientWorker(Load load, Schedule schedule, SplittableRandom random) {
        this.load = load;
        this.schedule = schedule;
        this.random = random;
        keys = KeyDistribution.parse(load.distribution(), load.keys());
        tally = new Tally(load.mix().operations());
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        lastDays = Days.between(today.minusDays(DAYS - 1), today);
        for (int i = 0; i < load.connections(); i++) {
            connections.add(new Connection(i));
        }
    }

    private KarmaClient newClient() {
        return KarmaClient.builder()
                .host(load.address().getHostString())
                .port(load.address().getPort())
                .token(load.token())
                .connectAttemptsMax(1)
                .requestTimeout(Duration.ofNanos(Math.max(load.timeoutNanos(), TimeUnit.MILLISECONDS.toNanos(1))))
                .inFlightMax(load.window())
                .answerBytesMax(ANSWER_BYTES_MAX)
                .build();
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public void schedule(long startNanos) {
        schedule.begin(startNanos);
        tally.answered(schedule.countNanos());
    }

    @Override
    public synchronized void run() {
        try {
            if (load.isOpenLoop()) {
                offerAll();
            } else {
                connections.forEach(Connection::fill);
            }
            while (inFlight > 0 || schedule.mayGoOn(System.nanoTime())) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            tally.fail(inFlight, "interrupted");
        }
    }

    /** Hands out each request when it is due. */
    private void offerAll() throws InterruptedException {
        for (long now = System.nanoTime(); schedule.mayGoOn(now); now = System.nanoTime()) {
            long due = schedule.dueNanos(nextDue);
            if (due > now) {
                TimeUnit.NANOSECONDS.timedWait(this, due - now);
            } else if (schedule.mayStart(due)) {
                Connection connection = connections.get((int) (nextDue++ % connections.size()));
                connection.backlog++;
                connection.fill();
            }
        }
    }

    /** One client, and its window of requests that wait for their answers. */
    private final class Connection {
        private final KarmaClient client = newClient();
        private final int index;
        private int waiting;

        /** How many requests are due and not yet sent, and the number of the first, in the open loop. */
        private long backlog;

        private long next;
        private boolean filling;

        Connection(int index) {
            this.index = index;
        }

        /** Sends what the window has room for. Whoever answers at once, within it, leaves the next to the loop here. */
        private void fill() {
            if (filling) {
                return;
            }
            filling = true;
            for (long now = System.nanoTime(); waiting < load.window(); now = System.nanoTime()) {
                long start = now;
                if (load.isOpenLoop()) {
                    if (backlog == 0) {
                        break;
                    }
                    backlog--;
                    start = schedule.dueNanos(next++ * connections.size() + index);
                } else if (!schedule.mayStart(now)) {
                    break;
                }
                send(start);
            }
            filling = false;
        }

        private void send(long start) {
            Operation operation = load.mix().draw(random);
            long key = operation.hasKey() ? keys.draw(random) : 0;
            waiting++;
            inFlight++;
            ask(client.async(), operation, key).whenComplete((answer, failure) -> answered(operation, start, failure));
        }

        private CompletionStage<?> ask(AsyncKarmaClient async, Operation operation, long key) {
            return switch (operation) {
                case INCREMENT -> async.increment(load.tree(), key);
                case DECREMENT -> async.decrement(load.tree(), key);
                case SUM -> async.sum(load.tree(), key);
                case SUM_RANGE -> async.sum(load.tree(), key, lastDays);
                case FIND -> async.find(load.tree(), key, lastDays);
                case FIND_TREE -> async.findAll(load.tree(), Days.ALL);
                case PING -> async.ping();
            };
        }

        private void answered(Operation operation, long start, Throwable failure) {
            long now = System.nanoTime();
            synchronized (ClientWorker.this) {
                waiting--;
                inFlight--;
                boolean counts = start >= schedule.countNanos();
                Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                if (cause != null) {
                    tally.fail(counts ? 1 : 0, cause.getMessage());
                }
                if (counts && (cause == null || cause instanceof KarmaServerException)) {
                    tally.record(operation.ordinal(), now - start);
                    tally.answered(now);
                }
                fill();
                if (inFlight == 0) {
                    ClientWorker.this.notifyAll();
                }
            }
        }
    }

    @Override
    public void close() {
        connections.forEach(connection -> connection.client.close());
    }
}
