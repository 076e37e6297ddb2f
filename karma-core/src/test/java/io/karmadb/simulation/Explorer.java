package io.karmadb.simulation;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Crashes at every file operation of a workload that a seed gives, restarts, checks, plays on, and crashes some of those
 * again, several levels deep.
 */
final class Explorer {
    private static final int LEVELS = 4;
    private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");

    private final AtomicLong crashPoints;
    private final AtomicLongArray met = new AtomicLongArray(Situation.values().length);
    private final String test;

    /**
     * Makes an explorer.
     *
     * @param test the class to name in the command that replays a failure
     * @param crashPoints counts
     */
    Explorer(String test, AtomicLong crashPoints) {
        this.test = test;
        this.crashPoints = crashPoints;
    }

    /** Returns how often each situation was crashed in. */
    Map<Situation, Long> met() {
        Map<Situation, Long> counts = new EnumMap<>(Situation.class);
        for (Situation situation : Situation.values()) {
            counts.put(situation, met.get(situation.ordinal()));
        }
        return counts;
    }

    /**
     * Explores a seed.
     *
     * @param only the operation to crash at, -1 for every one
     */
    void explore(long seed, int only) {
        Random random = Seeds.random(seed);
        SimulatedClock clock = new SimulatedClock(START);
        // Of any four seeds that follow each other one begins so, and one with a command of each kind.
        OlderDirectory older = Math.floorMod(seed, 4) == 0 ? OlderDirectory.random(random, clock) : null;
        Player player = older == null
                ? new Player(
                        random.nextLong(),
                        clock,
                        SimulatedDisk.empty(),
                        new History(List.of(ModelState.EMPTY)),
                        Map.of(),
                        false)
                : new Player(
                        random.nextLong(), clock, older.disk(), new History(List.of(older.state())), Map.of(), false);
        guarded(seed, -1, player, () -> {
            if (Math.floorMod(seed, 4) == 1) {
                player.everyCommand();
                player.setAside();
            }
            int sessions = 1 + random.nextInt(3);
            for (int i = 0; i < sessions; i++) {
                player.anySession(4 + random.nextInt(8));
            }
            player.restoringSession(0);
        });
        for (int at = 0; at < player.images().size(); at++) {
            if (only < 0 || only == at) {
                crash(seed, at, player.images().get(at), Seeds.random(seed, at), 1, player);
            }
        }
    }

    private void crash(long seed, int at, Image image, Random random, int level, Player before) {
        crashPoints.incrementAndGet();
        image.situations().forEach(situation -> met.incrementAndGet(situation.ordinal()));
        Loss loss = Loss.values()[random.nextInt(Loss.values().length)];
        Player player = new Player(
                random.nextLong(),
                new SimulatedClock(image.now()),
                image.disk().crash(loss, random),
                image.mark().after(loss),
                image.files(),
                true);
        try {
            guarded(seed, at, player, () -> {
                player.restoringSession(1 + random.nextInt(3));
                player.restoringSession(0);
            });
        } catch (ExplorationFailure e) {
            throw e.after("crashed before " + image.operation() + " " + image.path() + ", losing " + loss, before);
        }
        if (level < LEVELS && random.nextInt(3) == 0) {
            Image again = player.images().get(random.nextInt(player.images().size()));
            try {
                crash(seed, at, again, random, level + 1, player);
            } catch (ExplorationFailure e) {
                throw e.after("crashed before " + image.operation() + " " + image.path() + ", losing " + loss, before);
            }
        }
    }

    private void guarded(long seed, int at, Player player, Runnable play) {
        try {
            play.run();
        } catch (RuntimeException | Error e) {
            throw new ExplorationFailure(replay(seed, at), player.trace(), e);
        }
    }

    private String replay(long seed, int at) {
        return "mvn -q -B -pl karma-core -am test -Dtest=" + test
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dkarma.simulation.seed=" + seed
                + (at < 0 ? "" : " -Dkarma.simulation.crashAt=" + at);
    }
}
