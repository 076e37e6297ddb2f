package io.karmadb.server;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** What the connections to one run of the server share; ends when enough has been acknowledged, or something is wrong. */
final class KillRound {
    private final KarmaProcess karma;
    private final int day;
    private final long commands;
    private final AtomicLong acknowledged = new AtomicLong();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean killed;

    /**
     * Begins a round.
     *
     * @param day the server's
     * @param commands how many are to be acknowledged before the end
     */
    KillRound(KarmaProcess karma, int day, long commands) {
        this.karma = karma;
        this.day = day;
        this.commands = commands;
    }

    int port() {
        return karma.port();
    }

    int day() {
        return day;
    }

    KarmaProcess karma() {
        return karma;
    }

    void acknowledged() {
        if (acknowledged.incrementAndGet() == commands) {
            end();
        }
    }

    void end() {
        end.countDown();
    }

    void awaitEndAndKill() throws InterruptedException {
        end.await();
        killed = true;
        karma.process().destroyForcibly();
    }

    long acknowledgedCommands() {
        return acknowledged.get();
    }

    boolean isKilled() {
        return killed;
    }
}
