package io.karmadb.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.server.KillModel.Step;
import io.karmadb.server.network.Client;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * One connection's work until the server is killed. It has keys, and a tree, of its own, and what it sends takes effect
 * in that order; so after a restart all of its keys together must be as some number of its commands leaves them: at
 * least those acknowledged, at most those sent.
 */
class KillConnection implements Runnable {
    static final int SHARED_TREES = 3;
    private static final int KEYS = 20;
    private static final int IN_FLIGHT_MAX = 32;
    private static final int RECENT = 20;

    final Random random;
    final String ownTree;
    KillRound round;
    private final long firstKey;
    private final Set<String> trees = new TreeSet<>();
    private final Set<Long> keys = new TreeSet<>();
    private final ArrayDeque<Step> inFlight = new ArrayDeque<>();

    /** What the acknowledged commands give. */
    private KillModel acknowledged = new KillModel();

    /** The last commands on this connection's own tree, with their answers, for the message of a failure. */
    private final ArrayDeque<String> recent = new ArrayDeque<>();

    private volatile Throwable failure;

    /**
     * Makes a connection.
     *
     * @param number tells its keys and its tree from those of others
     */
    KillConnection(int number, long seed) {
        random = new Random(seed);
        ownTree = "own {" + number + "}/*";
        firstKey = number * 1_000_003L;
        trees.add(ownTree);
        for (int i = 0; i < SHARED_TREES; i++) {
            trees.add(sharedTree(i));
            KillModel.create(sharedTree(i)).effect().apply(acknowledged, null); // which was done before
        }
        for (int i = 0; i < KEYS; i++) {
            keys.add(firstKey + i);
        }
    }

    static String sharedTree(int number) {
        return "tree-" + number;
    }

    void begin(KillRound next) {
        round = next;
    }

    KillModel model() {
        return acknowledged;
    }

    @Override
    public final void run() {
        try (Client client = new Client(round.port())) {
            while (true) {
                work(client);
            }
        } catch (IOException e) {
            if (!round.isKilled()) {
                failure = e;
                round.end();
            }
        } catch (RuntimeException | Error e) {
            failure = e;
            round.end();
        }
    }

    /** Does a piece of work. */
    void work(Client client) throws IOException {
        List<Step> steps = new ArrayList<>();
        for (int i = random.nextInt(IN_FLIGHT_MAX); i >= 0; i--) {
            steps.add(random.nextInt(20) == 0 ? treeStep() : pointStep());
        }
        send(client, steps);
    }

    final Step pointStep() {
        String tree = random.nextInt(5) == 0 ? ownTree : sharedTree(random.nextInt(SHARED_TREES));
        return pointStep(tree);
    }

    final Step pointStep(String tree) {
        long key = firstKey + random.nextInt(KEYS);
        int day = round.day();
        int choice = random.nextInt(100);
        if (choice < 49) {
            return KillModel.increment(tree, key, day);
        } else if (choice < 55) {
            int past = 20260101 + random.nextInt(28);
            return KillModel.set(tree, key, random.nextInt(3) == 0 ? day : past, random.nextInt(50));
        } else if (choice < 80) {
            return KillModel.decrement(tree, key, day);
        } else if (choice < 88) {
            return KillModel.sum(tree, key);
        } else if (choice < 94) {
            return KillModel.find(tree, key);
        } else if (choice < 97) {
            return KillModel.reset(tree, key);
        }
        return KillModel.delete(tree, key, day - random.nextInt(2), day);
    }

    private Step treeStep() {
        return switch (random.nextInt(5)) {
            case 0, 1 -> KillModel.create(ownTree);
            case 2 -> KillModel.drop(ownTree);
            case 3 -> KillModel.resetTree(ownTree);
            default -> KillModel.deleteTree(ownTree, round.day(), round.day());
        };
    }

    final void send(Client client, Step... steps) throws IOException {
        send(client, Arrays.asList(steps));
    }

    /** Sends commands without waiting in between, then takes their answers. */
    final void send(Client client, List<Step> steps) throws IOException {
        StringBuilder requests = new StringBuilder();
        steps.forEach(step -> requests.append(step.request()).append('\n'));
        inFlight.addAll(steps);
        client.send(requests.toString());
        while (!inFlight.isEmpty()) {
            String answer = client.answer();
            Step step = inFlight.remove();
            String expected = step.effect().apply(acknowledged, answer);
            note(step, answer);
            assertThat(answer).as("%s, after %s", step.request(), recent).isEqualTo(expected);
            round.acknowledged();
        }
    }

    private void note(Step step, String answer) {
        if (step.request().contains(ownTree)) {
            recent.add(step.request() + " -> " + answer + "\n");
            if (recent.size() > RECENT) {
                recent.remove();
            }
        }
    }

    /** Checks all keys, and takes them for what later rounds start from. */
    final void compare(Client client) throws IOException {
        if (failure != null) {
            throw new AssertionError("a connection failed before the kill", failure);
        }
        KillModel found = KillModel.read(client, trees, keys);
        List<KillModel> possible = new ArrayList<>(List.of(acknowledged));
        KillModel next = acknowledged.copy();
        for (Step step : inFlight) {
            step.effect().apply(next, null);
            possible.add(next.copy());
        }
        assertThat(possible.stream().anyMatch(found::holdsSameAs))
                .as(
                        "the keys of %s are as after one of the last commands:%nfound: %s%npossible: %s%nsent: %s",
                        ownTree, found, possible, inFlight)
                .isTrue();
        recent.add("restarted, last sent: " + inFlight + ", found: " + found + "\n");
        acknowledged = found;
        inFlight.clear();
    }
}
