package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.DirectoryCheck;
import io.karmadb.DirectoryLockedException;
import io.karmadb.KarmaStore;
import io.karmadb.ReadProgress;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks of directories that are open, or opened meanwhile. */
@Tag("exhaustive")
class DirectoryCheckLockTest extends CheckedDirectory {
    @Test
    void aDirectoryThatIsOpenIsRefused() {
        test.open();
        assertThatThrownBy(() -> DirectoryCheck.run(options())).isInstanceOf(DirectoryLockedException.class);
        assertThatThrownBy(() -> DirectoryCheck.repair(options(), ReadProgress.NONE))
                .isInstanceOf(DirectoryLockedException.class);
        // And neither has given the lock of this process away.
        assertThatThrownBy(() -> Engine.open(options())).isInstanceOf(DirectoryLockedException.class);
        test.close();
        assertThat(DirectoryCheck.run(options()).ok()).isTrue();
    }

    @Test
    void aDirectoryThatIsBeingCheckedCannotBeOpened() {
        test.open().close(); // leaves a lock file
        List<Class<?>> failures = new ArrayList<>();
        DirectoryCheck.run(options(), (bytes, of) -> {
            try (KarmaStore store = KarmaStore.open(options())) {
                failures.add(store.getClass());
            } catch (DirectoryLockedException e) {
                failures.add(e.getClass());
            }
        });
        assertThat(failures).isNotEmpty().containsOnly(DirectoryLockedException.class);
    }

    @Test
    void aDirectoryWithoutLockFileThatIsOpenedMeanwhileIsNotJudged() {
        test.close();
        delete(Directories.LOCK);
        assertThatThrownBy(() -> DirectoryCheck.run(options(), (bytes, of) -> {
                    if (!Files.exists(test.file(Directories.LOCK))) {
                        test.open();
                    }
                }))
                .isInstanceOf(DirectoryLockedException.class)
                .hasMessageContaining("while it was read");
    }
}
