package io.karmadb.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.server.KillModel.Step;
import io.karmadb.server.network.Client;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The connection that saves and loads, lets the server save by signal, and has it verify itself, amid the others' work. */
final class KillOperator extends KillConnection {
    private static final Pattern FILE = Pattern.compile("/(\\d+_own [^\"/]*\\.tree)\"");

    /** What the tree held when a file of it was written. */
    private final Map<String, SortedMap<Long, SortedMap<Integer, Long>>> saved = new HashMap<>();

    private final List<String> savedNames = new ArrayList<>();
    private long checkpoints;
    private long loads;

    KillOperator(int number, long seed) {
        super(number, seed);
    }

    @Override
    void work(Client client) throws IOException {
        switch (random.nextInt(20)) {
            case 0, 1 -> dump(client);
            case 2, 3 -> load(client);
            case 4, 5 -> {
                send(client, KillModel.dumpAll());
                checkpoints++;
            }
            case 6 -> {
                boolean killed = !round.karma().trySignal("USR1");
                assertThat(killed && !round.isKilled()).isFalse();
                checkpoints++;
            }
            case 7 -> {
                send(client, KillModel.drop(ownTree));
                send(client, KillModel.create(ownTree));
            }
            case 8 -> {
                if (random.nextInt(3) == 0) {
                    assertThat(client.ask("{\"command\":\"verify\"}")).contains("\"status\":\"ok\"");
                }
            }
            default -> count(client);
        }
    }

    private void count(Client client) throws IOException {
        List<Step> steps = new ArrayList<>();
        for (int i = random.nextInt(50); i >= 0; i--) {
            steps.add(pointStep(ownTree));
        }
        send(client, steps);
    }

    private void dump(Client client) throws IOException {
        if (!model().has(ownTree)) {
            return;
        }
        Set<String> before = files(client);
        send(client, KillModel.dump(ownTree));
        Set<String> written = files(client);
        written.removeAll(before);
        if (written.size() == 1) { // else a checkpoint has come in between, and which is which cannot be told
            String file = written.iterator().next();
            saved.put(file, model().copyOf(ownTree));
            savedNames.add(file);
        }
    }

    private Set<String> files(Client client) throws IOException {
        Set<String> files = new HashSet<>();
        Matcher matcher = FILE.matcher(client.ask("{\"command\":\"dumps\"}"));
        while (matcher.find()) {
            if (matcher.group(1).contains("own {0}")) {
                files.add(matcher.group(1));
            }
        }
        return files;
    }

    private void load(Client client) throws IOException {
        if (!savedNames.isEmpty()) {
            int latest = savedNames.size() - 1;
            String file = savedNames.get(latest - random.nextInt(Math.min(latest + 1, 6)));
            send(client, KillModel.load(file, ownTree, saved.get(file)));
            loads++;
        }
    }

    long checkpoints() {
        return checkpoints;
    }

    long loads() {
        return loads;
    }
}
