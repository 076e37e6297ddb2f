package io.karmadb.server.http;

import io.karmadb.server.http.Route.Access;
import io.karmadb.server.http.Route.Place;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What is answered: a fixed set of paths, compared as they are. */
final class Routes {
    private static final Route NONE = new Route(Access.PAGE, Place.LOOP, query -> {
        throw new RefusedException(HttpResponseStatus.NOT_FOUND, "There is no such page");
    });

    private final Map<String, Route> byPath;

    private Routes(Map<String, Route> byPath) {
        this.byPath = Map.copyOf(byPath);
    }

    static Routes of(Supplier<Stage> stage, HttpFigures figures) {
        Map<String, Route> routes = new HashMap<>();
        HealthPages health = new HealthPages(stage);
        routes.put("/health/live", new Route(Access.ANYBODY, Place.LOOP, query -> health.live()));
        routes.put("/health/ready", new Route(Access.ANYBODY, Place.LOOP, query -> health.ready()));
        routes.put("/metrics", new Route(Access.TOKEN, Place.WORKER, new MetricsPage(stage, figures)::answer));
        return new Routes(routes);
    }

    Route find(String path) {
        return byPath.getOrDefault(path, NONE);
    }
}
