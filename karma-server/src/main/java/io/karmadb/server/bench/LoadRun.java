package io.karmadb.server.bench;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** One run of a load, from the first connection to the report. */
final class LoadRun implements AutoCloseable {
    private static final long JOIN_MILLIS = TimeUnit.SECONDS.toMillis(1);

    private final Load load;
    private final List<Worker> workers = new ArrayList<>();
    private final List<SocketChannel> idle = new ArrayList<>();

    private LoadRun(Load load) {
        this.load = load;
    }

    /**
     * Opens all connections.
     *
     * @throws IOException if one cannot be opened
     */
    static LoadRun connect(Load load) throws IOException {
        LoadRun run = new LoadRun(load);
        try {
            run.open();
            return run;
        } catch (IOException e) {
            run.close();
            throw e;
        }
    }

    private void open() throws IOException {
        SplittableRandom random = new SplittableRandom(load.seed());
        long requests = load.requests() == 0 ? Long.MAX_VALUE : load.requests();
        if (load.throughClient()) {
            workers.add(new ClientWorker(load, new Schedule(load, load.connections(), requests), random));
            return;
        }
        for (int i = 0; i < load.threads(); i++) {
            Schedule schedule = new Schedule(
                    load, share(load.connections(), i), requests == Long.MAX_VALUE ? requests : share(requests, i));
            LoadWorker worker = new LoadWorker(load, schedule, random.split());
            workers.add(worker);
            for (int connection = i; connection < load.connections(); connection += load.threads()) {
                SocketChannel channel = connectOne();
                channel.configureBlocking(false);
                worker.add(channel);
            }
        }
        for (int i = 0; i < load.idle(); i++) {
            idle.add(connectOne());
        }
    }

    private int share(int all, int thread) {
        return (int) share((long) all, thread);
    }

    /** Returns what a thread gets of something that is shared out evenly. */
    private long share(long all, int thread) {
        return all / load.threads() + (thread < all % load.threads() ? 1 : 0);
    }

    private SocketChannel connectOne() throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.connect(load.address());
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException("Cannot connect to " + load.address() + ": " + e.getMessage(), e);
        }
    }

    /** Sends the load and waits for its end. */
    LoadReport run(LiveLine live) throws InterruptedException {
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (Worker worker : workers) {
            worker.schedule(start);
            Thread thread = new Thread(worker, "karma-bench-" + threads.size());
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        Map<Operation, Histogram> totals = new EnumMap<>(Operation.class);
        load.mix().operations().forEach(operation -> totals.put(operation, LoadReport.histogram()));
        Histogram interval = LoadReport.histogram();
        long shownNanos = start;
        for (Thread thread : threads) {
            for (thread.join(JOIN_MILLIS); thread.isAlive(); thread.join(JOIN_MILLIS)) {
                long now = System.nanoTime();
                if (now - shownNanos >= TimeUnit.MILLISECONDS.toNanos(JOIN_MILLIS)) {
                    drain(totals, interval);
                    live.show(now - start, now - shownNanos, interval, errors());
                    shownNanos = now;
                    interval.reset();
                }
            }
        }
        drain(totals, interval);
        live.clear();
        return report(totals, start + load.warmupNanos());
    }

    private void drain(Map<Operation, Histogram> totals, Histogram interval) {
        workers.forEach(worker -> worker.tally().drain(totals, interval));
    }

    private long errors() {
        return workers.stream().mapToLong(worker -> worker.tally().errors()).sum();
    }

    private LoadReport report(Map<Operation, Histogram> totals, long countNanos) {
        long nanos = 0;
        int lost = 0;
        String firstError = null;
        for (Worker worker : workers) {
            Tally tally = worker.tally();
            nanos = Math.max(nanos, tally.lastAnswerNanos() - countNanos);
            lost += tally.lost();
            firstError = firstError == null ? tally.firstError() : firstError;
        }
        return new LoadReport(load, totals, nanos, errors(), lost, firstError);
    }

    @Override
    public void close() throws IOException {
        for (Worker worker : workers) {
            worker.close();
        }
        for (SocketChannel channel : idle) {
            channel.close();
        }
    }
}
