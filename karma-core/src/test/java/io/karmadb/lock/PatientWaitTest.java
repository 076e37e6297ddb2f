package io.karmadb.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PatientWaitTest {
    private final Thread waiter = Thread.currentThread();

    @AfterEach
    void clearTheFlag() {
        Thread.interrupted();
    }

    /** Ends when the test's thread waits for it a second time, having been interrupted the first. */
    private FutureTask<Integer> endsWhenItIsWaitedFor() {
        return new FutureTask<>(() -> {
            while (waiter.isInterrupted() || waiter.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            return 7;
        });
    }

    @Test
    void anInterruptDoesNotEndTheWaitForAThreadAndIsKept() {
        Thread thread = new Thread(endsWhenItIsWaitedFor());
        waiter.interrupt();
        thread.start();
        PatientWait.join(thread);
        assertThat(thread.isAlive()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anInterruptDoesNotEndTheWaitForAResultAndIsKept() throws Exception {
        FutureTask<Integer> result = endsWhenItIsWaitedFor();
        waiter.interrupt();
        new Thread(result).start();
        assertThat(PatientWait.get(result)).isEqualTo(7);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void withoutAnInterruptTheFlagStaysClear() throws Exception {
        FutureTask<Integer> result = endsWhenItIsWaitedFor();
        new Thread(result).start();
        assertThat(PatientWait.get(result)).isEqualTo(7);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void whatWasThrownInsteadOfAResultIsThrown() {
        CompletableFuture<Integer> failed = CompletableFuture.failedFuture(new IllegalStateException("broken"));
        assertThatThrownBy(() -> PatientWait.get(failed))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("broken");
    }
}
