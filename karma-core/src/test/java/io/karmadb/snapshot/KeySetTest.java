package io.karmadb.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.counter.BucketBuffer;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KeySetTest {
    private static final BucketBuffer NONE = new BucketBuffer();

    @Test
    void noticesTheSameKeysAsASetWhateverCameBefore() {
        long seed = System.nanoTime();
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        KeySet keys = new KeySet();
        for (int branch = 0; branch < 300; branch++) {
            int size = random.nextInt(1 << random.nextInt(14));
            int bits = 1 + random.nextInt(63);
            keys.startBranch(size);
            Set<Long> model = new HashSet<>();
            for (int i = 0; i < size; i++) {
                long key = random.nextLong() >>> bits << random.nextInt(3) * 16;
                assertThat(keys.accept(key, NONE)).as("seed=" + seed).isEqualTo(model.add(key));
            }
        }
    }
}
