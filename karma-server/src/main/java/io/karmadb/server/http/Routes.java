package io.karmadb.server.http;

import io.karmadb.server.http.Route.Access;
import io.karmadb.server.http.Route.Place;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What is answered: a fixed set of paths, compared as they are. */
final class Routes {
    private static final Route NONE = new Route(Access.PAGE, Place.LOOP, query -> {
        throw new RefusedException(HttpResponseStatus.NOT_FOUND, "There is no such page");
    });

    private static final Duration SCAN_TIME_MAX = Duration.ofSeconds(10);

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
        addDashboard(routes, stage);
        return new Routes(routes);
    }

    private static void addDashboard(Map<String, Route> routes, Supplier<Stage> stage) {
        addPage(routes, "/", "dashboard.html", "text/html; charset=utf-8");
        addPage(routes, "/dashboard.css", "dashboard.css", "text/css; charset=utf-8");
        addPage(routes, "/dashboard.js", "dashboard.js", "text/javascript; charset=utf-8");
        addPage(routes, "/chart.js", "chart.js", "text/javascript; charset=utf-8");
        addPage(routes, "/format.js", "format.js", "text/javascript; charset=utf-8");
        addPage(routes, "/icon.svg", "icon.svg", "image/svg+xml");
        Overview overview = new Overview(stage);
        routes.put("/api/overview", new Route(Access.TOKEN, Place.WORKER, query -> overview.answer()));
        routes.put("/api/trees", new Route(Access.TOKEN, Place.WORKER, new TreeList(stage)::answer));
        routes.put("/api/key", new Route(Access.TOKEN, Place.WORKER, new KeyDetail(stage)::answer));
        routes.put("/api/top", new Route(Access.TOKEN, Place.SCAN, new TopKeys(stage, SCAN_TIME_MAX)::answer));
    }

    private static void addPage(Map<String, Route> routes, String path, String name, String type) {
        Resource resource = Resource.of(name, type);
        routes.put(path, new Route(Access.PAGE, Place.LOOP, query -> resource.answer()));
    }

    Route find(String path) {
        return byPath.getOrDefault(path, NONE);
    }
}
