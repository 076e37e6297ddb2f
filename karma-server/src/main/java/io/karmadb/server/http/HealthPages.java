package io.karmadb.server.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.Supplier;

/** For those who start the process again, or send it no requests. Tells nothing that is not for everybody. */
final class HealthPages {
    private final Supplier<Stage> stage;

    HealthPages(Supplier<Stage> stage) {
        this.stage = stage;
    }

    Reply live() {
        return Reply.text(HttpResponseStatus.OK, "ok");
    }

    Reply ready() {
        Stage.State state = stage.get().state();
        return Reply.text(
                state == Stage.State.OK ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE, state.reason);
    }
}
