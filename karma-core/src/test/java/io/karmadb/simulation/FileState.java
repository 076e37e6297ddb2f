package io.karmadb.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A file: what is on the device, what is on its way there, and what a reader sees. Immutable.
 *
 * @param versions of what is on the device: as it was forced last, and after each change since
 * @param cached what a reader sees; after a failed force it may differ for good from what any force makes of the device
 * @param modified when it was last changed
 */
record FileState(List<Content> versions, Content cached, Instant modified) {
    static FileState empty(Instant now) {
        return forced(Content.EMPTY, now);
    }

    static FileState forced(Content content, Instant modified) {
        return new FileState(List.of(content), content, modified);
    }

    FileState write(long offset, byte[] bytes, int from, int to, Instant now) {
        return changed(newest().write(offset, bytes, from, to), cached.write(offset, bytes, from, to), now);
    }

    FileState resize(long size, Instant now) {
        return changed(newest().resize(size), cached.resize(size), now);
    }

    private FileState changed(Content onDevice, Content seen, Instant now) {
        List<Content> more = new ArrayList<>(versions);
        more.add(onDevice);
        return new FileState(more, seen, now);
    }

    private Content newest() {
        return versions.get(versions.size() - 1);
    }

    FileState force() {
        return new FileState(List.of(newest()), cached, modified);
    }

    /** Some of what was on its way has arrived, the rest has been given up, though readers still see it. */
    FileState failedForce(Random random) {
        return new FileState(List.of(Content.mixed(versions, random)), cached, modified);
    }

    FileState crash(Loss loss, Random random) {
        return switch (loss) {
            case NOTHING -> this;
            case EVERYTHING -> forced(versions.get(0), modified);
            case ANYTHING -> forced(Content.mixed(versions, random), modified);
        };
    }
}
