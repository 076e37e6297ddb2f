package io.karmadb.server.http;

import io.karmadb.StoreHealth;
import java.util.function.Supplier;

/**
 * How far the server has got. Immutable; a new one replaces it.
 *
 * @param served what there is to watch, or null before the store is open
 * @param stopping whether the server is stopping
 * @param restoreProgress says in a few words how far the restore has got
 */
record Stage(Served served, boolean stopping, Supplier<String> restoreProgress) {
    static Stage restoring(Supplier<String> progress) {
        return new Stage(null, false, progress);
    }

    Stage serving(Served store) {
        return new Stage(store, stopping, restoreProgress);
    }

    Stage whileStopping() {
        return new Stage(served, true, restoreProgress);
    }

    /** Whether requests of the protocol are served, and if not, why. */
    enum State {
        RESTORING("restoring", "the store is being restored"),
        OK("ok", "ok"),
        DISK_FULL("disk_full", "no space is left on the device: writes are refused"),
        FAILED("failed", "the write-ahead log has failed: writes are refused until a restart"),
        STOPPING("stopping", "the server is stopping");

        /** The name in metrics and JSON. */
        final String text;

        /** What may be told to those who have no token. */
        final String reason;

        State(String text, String reason) {
            this.text = text;
            this.reason = reason;
        }
    }

    State state() {
        if (stopping) {
            return State.STOPPING;
        }
        if (served == null) {
            return State.RESTORING;
        }
        StoreHealth health = served.store().health();
        return switch (health.state()) {
            case OK -> State.OK;
            case DISK_FULL -> State.DISK_FULL;
            case FAILED -> State.FAILED;
        };
    }
}
