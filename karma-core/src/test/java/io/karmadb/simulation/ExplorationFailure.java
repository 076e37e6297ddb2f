package io.karmadb.simulation;

import java.util.List;

/** A check that failed, with the command that replays it and what was done before, the last at the end. */
final class ExplorationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final String replay;
    private final String story;

    ExplorationFailure(String replay, List<String> trace, Throwable cause) {
        this(replay, String.join("\n", trace), cause);
    }

    private ExplorationFailure(String replay, String story, Throwable cause) {
        super(cause + "\nreplay: " + replay + "\n" + story, cause);
        this.replay = replay;
        this.story = story;
    }

    /** Returns the same failure with what was done before a crash. */
    ExplorationFailure after(String crash, Player before) {
        return new ExplorationFailure(
                replay, String.join("\n", before.trace()) + "\n*** " + crash + "\n" + story, getCause());
    }
}
