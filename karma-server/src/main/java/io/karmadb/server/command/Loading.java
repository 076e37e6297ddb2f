package io.karmadb.server.command;

import io.karmadb.server.protocol.Responses;
import java.util.function.Supplier;

/** What is answered as long as there is no store yet. Safe for any number of threads. */
public final class Loading {
    private final Supplier<String> progress;
    private final ServerFigures figures;

    /**
     * Makes the answers.
     *
     * @param progress says in a few words how far the restore has got
     * @param figures what {@code health} tells
     */
    public Loading(Supplier<String> progress, ServerFigures figures) {
        this.progress = progress;
        this.figures = figures;
    }

    /**
     * Answers {@code health}.
     *
     * @return an answer with the status {@code loading}
     */
    public Answer health() {
        return Answer.json("{\"status\":\"loading\",\"uptime_seconds\":" + figures.uptimeSeconds() + ",\"message\":"
                + Responses.quote("restoring: " + progress.get()) + "}");
    }

    /**
     * Returns what other commands are told.
     *
     * @return a message of an error: nothing was done
     */
    public String refusal() {
        return "Not applied: the server is loading its data (" + progress.get() + "); try again later";
    }
}
