package io.karmadb.server.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** Where the lines that were typed are kept: a file that its owner alone can read. */
final class HistoryFile {
    private HistoryFile() {}

    /**
     * Returns the file's place, by the rules for the state of programs.
     *
     * @param environment the environment variables
     * @return null if there is no home directory
     */
    static Path place(Map<String, String> environment) {
        String state = environment.get("XDG_STATE_HOME");
        if (state != null && state.startsWith("/")) {
            return Path.of(state, "karma", "history");
        }
        String home = environment.get("HOME");
        return home == null || home.isEmpty() ? null : Path.of(home, ".local", "state", "karma", "history");
    }

    /**
     * Makes the file, if it is not there.
     *
     * @throws IOException if it cannot be made
     */
    static void prepare(Path file) throws IOException {
        Files.createDirectories(file.getParent(), mode("rwx------"));
        try {
            Files.createFile(file, mode("rw-------"));
        } catch (FileAlreadyExistsException e) {
            // From earlier; whoever has changed its permissions meant it.
            if (!Files.isRegularFile(file)) {
                throw e;
            }
        }
    }

    private static FileAttribute<?>[] mode(String permissions) {
        boolean posix =
                Path.of(".").getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
