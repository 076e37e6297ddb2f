package io.karmadb.client;

/**
 * Whether a server takes writes.
 *
 * @param status {@code ok}, {@code disk_full} or {@code failed}
 * @param uptimeSeconds how long it has been running
 * @param walEnabled whether it has a log
 * @param message what is wrong; empty if nothing is
 */
public record Health(String status, long uptimeSeconds, boolean walEnabled, String message) {
    /**
     * Says whether all is well.
     *
     * @return whether the server takes writes
     */
    public boolean isOk() {
        return status.equals("ok");
    }
}
