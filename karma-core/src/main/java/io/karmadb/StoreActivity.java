package io.karmadb;

/**
 * What a store has done since it was opened, for those who watch it. Cheap to get, unlike {@link Statistics}, which looks
 * at the directory.
 *
 * @param log what its log has done
 * @param checkpoints its checkpoints
 */
public record StoreActivity(LogActivity log, CheckpointActivity checkpoints) {}
