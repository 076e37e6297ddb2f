package io.karmadb;

/** Told when the log has become durable up to an LSN; called on the log's own thread, so it must be short. */
public interface DurabilityListener {
    /** The log is durable, as the store's {@link Durability} promises, up to the LSN asked for. */
    void durable();

    /**
     * The log has failed before that; whether the lines up to that LSN are on disk is unknown.
     *
     * @param failure what to tell whoever waits for a write
     */
    void failed(KarmaException failure);
}
