package io.karmadb.snapshot;

import io.karmadb.SnapshotInfo;
import io.karmadb.SnapshotNameException;
import io.karmadb.SnapshotNotFoundException;
import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import io.karmadb.logging.Loggers;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/**
 * The snapshot files of one directory. What ends in {@code .tree} and is none, by its name or because it is not a regular
 * file, is left alone with a warning, once.
 *
 * <p><b>Which tree a file is of</b> its name tells, taken literally. Only a name with an escape, a percent sign before two
 * hexadecimal digits, is looked at more closely: if the file ends as ours do, and the true name that it holds there is
 * one that the file's name stands for, it is that; else the file is an older server's. A file that someone has renamed
 * may hold another name than is shown.
 *
 * <p><b>Threads:</b> any; {@link #sweepTemporary} and {@link #prune} one at a time.
 * <b>Failure:</b> a {@link StorageException} if the file system refuses.
 */
public final class SnapshotCatalog {
    private static final Logger LOG = Loggers.of(SnapshotCatalog.class);

    private static final Comparator<SnapshotInfo> NEWEST_FIRST =
            Comparator.comparingLong(SnapshotInfo::seconds).reversed().thenComparing(SnapshotInfo::name);

    private final Disk disk;
    private final Path directory;

    /** Names that were warned about and are still there. */
    private final Set<String> ignored = ConcurrentHashMap.newKeySet();

    /** True names of trees, by file name; only of names with an escape. */
    private final Map<String, String> treesByFile = new ConcurrentHashMap<>();

    /**
     * Makes a catalog.
     *
     * @param disk the way to the files
     * @param directory where they are; it must exist
     */
    public SnapshotCatalog(Disk disk, Path directory) {
        this.disk = Objects.requireNonNull(disk, "disk");
        this.directory = directory.toAbsolutePath();
    }

    /**
     * Lists the snapshot files.
     *
     * @return by their number, the newest first; those of one number by name
     * @throws StorageException if the directory cannot be read
     */
    public List<SnapshotInfo> list() throws StorageException {
        Set<String> names = new HashSet<>(namesInDirectory());
        ignored.retainAll(names);
        treesByFile.keySet().retainAll(names);
        List<SnapshotInfo> snapshots = new ArrayList<>();
        for (String name : names) {
            if (name.endsWith(SnapshotName.SUFFIX)) {
                Optional<SnapshotName> parsed = SnapshotName.parse(name);
                if (parsed.isEmpty()) {
                    ignore(name, "its name is not <unix seconds>_<tree name>.tree");
                } else {
                    add(parsed.get(), snapshots);
                }
            }
        }
        snapshots.sort(NEWEST_FIRST);
        return snapshots;
    }

    /**
     * Returns what the last {@link #list} has left out although its name ends in {@code .tree}.
     *
     * @return bare names, sorted
     */
    public List<String> ignored() {
        return ignored.stream().sorted().toList();
    }

    private List<String> namesInDirectory() {
        try {
            return disk.list(directory);
        } catch (IOException e) {
            throw new StorageException("Could not list the directory: directory=" + directory + ", error=" + e, e);
        }
    }

    private void add(SnapshotName name, List<SnapshotInfo> snapshots) {
        Path file = disk.resolve(directory, name.fileName());
        try {
            if (disk.isRegularFile(file)) {
                String tree = TreeNameEncoding.hasEscape(name.treeName()) ? trueName(name, file) : name.treeName();
                snapshots.add(new SnapshotInfo(file, name.fileName(), tree, name.seconds(), disk.size(file)));
            } else if (disk.exists(file)) {
                ignore(name.fileName(), "it is not a regular file");
            }
        } catch (NoSuchFileException e) {
            return; // deleted since the directory was listed
        } catch (IOException e) {
            throw new StorageException("Could not look at the snapshot: file=" + file + ", error=" + e, e);
        }
    }

    private String trueName(SnapshotName name, Path file) throws IOException {
        String known = treesByFile.get(name.fileName());
        if (known != null) {
            return known;
        }
        String tree = SnapshotTail.read(disk, file, name.treeName())
                .map(SnapshotTail::treeName)
                .orElse(name.treeName());
        treesByFile.put(name.fileName(), tree);
        return tree;
    }

    private void ignore(String name, String reason) {
        if (ignored.add(name)) {
            LOG.atWarn()
                    .addKeyValue("event", "backup.ignored")
                    .addKeyValue("file", name)
                    .addKeyValue("reason", reason)
                    .log("A file that ends in .tree is no snapshot and is ignored");
        }
    }

    /**
     * Looks once at the numbers that the snapshots have, to number many new ones.
     *
     * @return the numbers as they are now
     * @throws StorageException if the directory cannot be read
     */
    public SnapshotNumbers numbers() throws StorageException {
        return new SnapshotNumbers(disk, directory, namesInDirectory());
    }

    /**
     * Returns the highest number of the snapshot files here that are not ours.
     *
     * @param atLeast a number, 0 or more; files up to it are not looked at
     * @return the number, or {@code atLeast} if none is higher
     * @throws StorageException if the directory or a file cannot be read
     */
    public long newestOfOthers(long atLeast) throws StorageException {
        long newest = atLeast;
        for (String fileName : namesInDirectory()) {
            SnapshotName name = SnapshotName.parse(fileName).orElse(null);
            if (name != null && name.seconds() > newest && isOthers(name)) {
                newest = name.seconds();
            }
        }
        return newest;
    }

    private boolean isOthers(SnapshotName name) {
        Path file = disk.resolve(directory, name.fileName());
        try {
            return disk.isRegularFile(file)
                    && SnapshotTail.read(disk, file, name.treeName()).isEmpty();
        } catch (NoSuchFileException e) {
            return false; // deleted since the directory was listed
        } catch (IOException e) {
            throw new StorageException("Could not look at the snapshot: file=" + file + ", error=" + e, e);
        }
    }

    /**
     * Returns the number for one new snapshot of a tree: above that of every other of the tree, and no file has the name.
     *
     * @param tree the tree's true name
     * @param now Unix time in seconds, 0 or more
     * @return {@code now} or more
     * @throws StorageException if the directory cannot be read, or a file of the tree has the highest number there is
     */
    public long nextSeconds(String tree, long now) throws StorageException {
        return numbers().next(tree, now);
    }

    /**
     * Returns the bare name of a snapshot file that someone has named.
     *
     * @param input a bare name, or the directory's absolute path, a slash and a bare name
     * @return the bare name of a regular file in the directory
     * @throws SnapshotNameException if it is neither, or not the name of a snapshot
     * @throws SnapshotNotFoundException if there is no such file
     */
    public String requireBareName(String input) throws SnapshotNameException, SnapshotNotFoundException {
        SnapshotName name = SnapshotName.parse(input)
                .or(() -> nameInDirectory(input))
                .orElseThrow(() -> new SnapshotNameException("Invalid dump file name \"" + input + "\""));
        if (!disk.isRegularFile(disk.resolve(directory, name.fileName()))) {
            throw new SnapshotNotFoundException(name.treeName());
        }
        return name.fileName();
    }

    private Optional<SnapshotName> nameInDirectory(String path) {
        String parent = directory.toString();
        int start = parent.endsWith("/") ? parent.length() : parent.length() + 1;
        if (start >= path.length()) {
            return Optional.empty();
        }
        // What was printed has a slash there, or the separator of the file system.
        return SnapshotName.parse(path.substring(start))
                .filter(name -> path.startsWith(parent) && path.charAt(start - 1) == '/'
                        || path.equals(disk.resolve(directory, name.fileName()).toString()));
    }

    /**
     * Deletes temporary files that a crash has left: those with a name that {@link SnapshotWriter} gives, no others.
     *
     * @return their bare names
     * @throws StorageException if one cannot be deleted
     */
    public List<String> sweepTemporary() throws StorageException {
        List<String> swept = new ArrayList<>();
        for (String fileName : namesInDirectory()) {
            Path file = isTemporary(fileName) ? disk.resolve(directory, fileName) : null;
            if (file != null && disk.isRegularFile(file)) {
                try {
                    disk.delete(file);
                } catch (IOException e) {
                    throw new StorageException("Could not delete the temporary file: file=" + file + ", error=" + e, e);
                }
                swept.add(fileName);
            }
        }
        Collections.sort(swept);
        return swept;
    }

    /**
     * Says whether a file is one that {@link #sweepTemporary} deletes.
     *
     * @param fileName its bare name
     * @return whether {@link SnapshotWriter} gives such a name to a file that it has not published yet
     */
    public static boolean isTemporary(String fileName) {
        int end = fileName.length() - SnapshotName.TEMPORARY_SUFFIX.length();
        return fileName.endsWith(SnapshotName.SUFFIX + SnapshotName.TEMPORARY_SUFFIX)
                && SnapshotName.parse(fileName.substring(0, end))
                        .filter(SnapshotName::isOurs)
                        .isPresent();
    }

    /**
     * Deletes older snapshots. Files are of the same tree if their names have the same text for it. Those that nobody
     * asked for are not counted, and none of them stays but one that is newer than all others of its tree.
     *
     * @param keepPerTree how many of each tree stay, the newest by number; 0 or less keeps all that somebody asked for
     * @param automatic bare names of files that nobody asked for although they do not say so themselves
     * @param keep bare names of files that stay besides
     * @return the bare names of the deleted files, which stay deleted after a crash
     * @throws StorageException if the directory cannot be read, or a file could not be deleted; the others were
     */
    public List<String> prune(int keepPerTree, Set<String> automatic, Set<String> keep) throws StorageException {
        List<String> deleted = new ArrayList<>();
        StorageException failure = null;
        Map<String, Integer> asked = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (SnapshotInfo snapshot : list()) {
            SnapshotName name = SnapshotName.parse(snapshot.name()).orElseThrow();
            try {
                boolean newest = seen.add(name.treeName());
                int counted = asked.getOrDefault(name.treeName(), 0);
                boolean stays;
                if (keepPerTree > 0 && counted >= keepPerTree) {
                    stays = false; // whatever it is
                } else {
                    Origin origin = automatic.contains(snapshot.name()) ? Origin.AUTOMATIC : origin(snapshot, name);
                    stays = newest || origin != Origin.AUTOMATIC;
                    if (origin == Origin.ASKED) {
                        asked.put(name.treeName(), counted + 1);
                    }
                }
                if (!stays && !keep.contains(snapshot.name())) {
                    disk.delete(snapshot.file());
                    deleted.add(snapshot.name());
                }
            } catch (NoSuchFileException e) {
                continue; // someone else was faster
            } catch (IOException e) {
                failure = gather(
                        failure,
                        new StorageException(
                                "Could not delete the older snapshot: file=" + snapshot.file() + ", error=" + e, e));
            }
        }
        if (!deleted.isEmpty()) {
            forceDirectory();
            LOG.atInfo()
                    .addKeyValue("event", "backup.prune")
                    .addKeyValue("files", deleted)
                    .log("Older snapshots deleted");
        }
        if (failure != null) {
            throw failure;
        }
        return deleted;
    }

    /** Who wanted a snapshot. */
    private enum Origin {
        ASKED,
        AUTOMATIC,
        /** It cannot be read, perhaps only for now: it stays, and takes no other's place. */
        UNKNOWN
    }

    private Origin origin(SnapshotInfo snapshot, SnapshotName name) throws NoSuchFileException {
        try {
            boolean automatic = SnapshotTail.read(disk, snapshot.file(), name.treeName())
                    .filter(SnapshotTail::automatic)
                    .isPresent();
            return automatic ? Origin.AUTOMATIC : Origin.ASKED;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("event", "backup.unreadable")
                    .addKeyValue("file", name.fileName())
                    .addKeyValue("error", e.toString())
                    .log(
                            "A snapshot cannot be read to see whether it is an automatic one; it stays and is not counted");
            return Origin.UNKNOWN;
        }
    }

    private static StorageException gather(StorageException first, StorageException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }

    private void forceDirectory() {
        try {
            disk.forceDirectory(directory);
        } catch (IOException e) {
            throw new StorageException("Could not force the directory: directory=" + directory + ", error=" + e, e);
        }
    }
}
