package io.karmadb.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Files and directories. What has been written to a file survives a crash only after {@link DiskFile#force}; that a file
 * exists, or no longer does, or has another name, only after {@link #forceDirectory} of its directory.
 *
 * <p><b>Threads:</b> any. <b>Failure:</b> an {@link IOException} says that the operation may or may not have been carried
 * out; {@link java.nio.file.NoSuchFileException} and {@link java.nio.file.FileAlreadyExistsException} mean that it was not.
 */
public interface Disk {
    /**
     * Returns the path of a name in a directory. The name reaches the file system as UTF-8, whatever the locale of the
     * process; {@link #list} reads it back the same way.
     *
     * @param directory the directory
     * @param name a bare file name
     * @return its path
     */
    Path resolve(Path directory, String name);

    /** How a file is opened. */
    enum Mode {
        /** Reading only; the file must exist. */
        READ,
        /** Reading and writing; the file must exist. */
        WRITE,
        /** Reading and writing; the file must not exist and is made, readable and writable by its owner only. */
        CREATE
    }

    /**
     * Lists a directory.
     *
     * @param directory the directory
     * @return the names in it, without {@code .} and {@code ..}, in no particular order
     * @throws IOException if it cannot be read
     */
    List<String> list(Path directory) throws IOException;

    /**
     * Opens a file.
     *
     * @param file the file
     * @param mode how
     * @return the open file, positioned nowhere: every read and write names its place
     * @throws IOException if it cannot be opened
     */
    DiskFile open(Path file, Mode mode) throws IOException;

    /**
     * Renames a file within a file system in one step, replacing what has the new name.
     *
     * @param from the present name
     * @param to the new name
     * @throws IOException if that is not possible
     */
    void rename(Path from, Path to) throws IOException;

    /**
     * Deletes a file.
     *
     * @param file the file, which must exist
     * @throws IOException if it cannot be deleted
     */
    void delete(Path file) throws IOException;

    /**
     * Gives a file a second name; where the file system has no links, copies it and its time of last change and forces
     * the copy.
     *
     * @param existing the file
     * @param link the second name, which must not exist
     * @throws IOException if that is not possible
     */
    void link(Path existing, Path link) throws IOException;

    /**
     * Makes a directory and its missing parents, accessible to their owner only, and forces the entries. Does nothing
     * if it exists.
     *
     * @param directory the directory
     * @throws IOException if it cannot be made
     */
    void createDirectory(Path directory) throws IOException;

    /**
     * Makes the entries of a directory survive a crash.
     *
     * @param directory the directory
     * @throws IOException if that is not sure; it is not to be tried again
     */
    void forceDirectory(Path directory) throws IOException;

    /**
     * Says whether a file or directory exists.
     *
     * @param path its path
     * @return whether it does; symbolic links are followed
     */
    boolean exists(Path path);

    /**
     * Says whether a path is a regular file, following no symbolic link.
     *
     * @param path the path
     * @return whether it is
     */
    boolean isRegularFile(Path path);

    /**
     * Returns a file's size.
     *
     * @param file the file
     * @return bytes
     * @throws IOException if it cannot be told
     */
    long size(Path file) throws IOException;

    /**
     * Returns when a file was last changed.
     *
     * @param file the file
     * @return the moment
     * @throws IOException if it cannot be told
     */
    Instant lastModified(Path file) throws IOException;

    /**
     * Returns how much this process can still write.
     *
     * @param path a file or directory of the file system in question, which must exist
     * @return bytes, as far as the file system can tell
     * @throws IOException if it cannot be told
     */
    long usableBytes(Path path) throws IOException;

    /**
     * Locks a file against other processes, and against other callers in this process, making it if it is missing.
     *
     * @param file the lock file
     * @return the lock, to be closed; or null if someone else has it
     * @throws IOException if the file cannot be opened
     */
    Closeable tryLock(Path file) throws IOException;

    /**
     * Locks a file against {@link #tryLock} without changing it or making it, as someone does who only reads. Several
     * processes can have it so at once, but only one caller in each.
     *
     * @param file the lock file, which must exist and be readable
     * @return the lock, to be closed; or null if someone has it by {@link #tryLock}, or this process has it
     * @throws IOException if the file cannot be opened
     */
    Closeable tryLockShared(Path file) throws IOException;
}
