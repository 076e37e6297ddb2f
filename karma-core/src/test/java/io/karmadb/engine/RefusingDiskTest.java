package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.StorageException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that can be read and refuses every change, as one that is mounted read-only, whoever the user is. */
class RefusingDiskTest {
    @TempDir
    Path parent;

    private final HookedDisk disk = new HookedDisk();

    private void refuseChanges() {
        disk.hook((action, name) -> {
            if (action != HookedDisk.Action.OPEN) {
                throw new FileSystemException(name, null, "Read-only file system");
            }
        });
    }

    private void assertRefused(TestStore test) {
        refuseChanges();
        assertThatThrownBy(test::open)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(test.directory().toString())
                .hasMessageContaining("Read-only file system");
        disk.hook((action, name) -> {});
    }

    @Test
    void aNewDirectoryIsRefused() {
        TestStore test = new TestStore(parent, disk);
        assertRefused(test);
        assertThat(test.directory()).doesNotExist();
    }

    @Test
    void anOlderServersDirectoryIsRefusedAndLeftAsItIs() {
        TestStore test = new TestStore(parent, disk).makeDirectory();
        Directories.write(
                test.file("karma.wal"), "{\"command\":\"increment\",\"tree_name\":\"a\",\"key\":1}\n".repeat(3));
        Map<String, String> before = Directories.contents(test.directory());
        assertRefused(test);
        Map<String, String> after = Directories.contents(test.directory());
        after.remove(Directories.LOCK);
        assertThat(after).isEqualTo(before);
        try (test) {
            test.open();
            assertThat(test.tree("a").sum(1)).isEqualTo(3);
        }
    }
}
