package io.karmadb.server.http;

import io.karmadb.KarmaStore;
import io.karmadb.server.command.ServerFigures;
import java.util.function.IntSupplier;

/**
 * What there is to watch once the store is open.
 *
 * @param store the store
 * @param figures what the server counts
 * @param connections tells the number of open connections of the protocol
 */
public record Served(KarmaStore store, ServerFigures figures, IntSupplier connections) {}
