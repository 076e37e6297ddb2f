package io.karmadb.client;

import java.util.List;

/**
 * What a server found when it compared its disk with its memory.
 *
 * @param status {@code ok} or {@code failed}
 * @param snapshots how many snapshot files it has
 * @param trees how many trees
 * @param keys how many keys, of all trees
 * @param problems what is wrong; empty if nothing is
 */
public record Verification(String status, long snapshots, long trees, long keys, List<String> problems) {
    /**
     * Copies the list.
     *
     * @param status {@code ok} or {@code failed}
     * @param snapshots how many snapshot files it has
     * @param trees how many trees
     * @param keys how many keys, of all trees
     * @param problems what is wrong
     */
    public Verification {
        problems = List.copyOf(problems);
    }

    /**
     * Says whether all is well.
     *
     * @return whether the disk and memory agree
     */
    public boolean isOk() {
        return status.equals("ok");
    }
}
