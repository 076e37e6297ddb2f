package io.karmadb.simulation;

import java.nio.file.Path;

/** Told of every operation before it is carried out, with the disk's lock held. */
interface DiskListener {
    /** Looks on. */
    DiskListener NONE = (operation, path) -> null;

    /**
     * Decides what becomes of an operation.
     *
     * @param operation what
     * @param path of what
     * @return how it goes wrong, or null if it does not
     * @throws CrashError to crash the machine before the operation
     */
    Fault before(Operation operation, Path path) throws CrashError;
}
