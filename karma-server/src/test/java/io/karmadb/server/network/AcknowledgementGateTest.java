package io.karmadb.server.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.OutcomeUnknownException;
import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AcknowledgementGateTest {
    private final ScriptedStore store = new ScriptedStore();
    private final DefaultEventLoop loop = new DefaultEventLoop();
    private int clients = 1;
    private long nanosPerLook; // 0 as long as a test says nothing else, so that no slow machine ends the gathering
    private long nanos;
    private final AcknowledgementGate gate = new AcknowledgementGate(store, loop, () -> clients, true, this::nanos);
    private final List<String> released = new ArrayList<>();

    @BeforeEach
    void holdTheLogUp() {
        store.durableAtOnce = false;
    }

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** A client with one answer. */
    private final class OneAnswer implements AcknowledgementGate.Holder {
        private final String name;
        private final long lsn;

        OneAnswer(String name, long lsn) {
            this.name = name;
            this.lsn = lsn;
        }

        @Override
        public long releaseDurable() {
            if (!store.isDurable(lsn) && gate.failure() == null) {
                return lsn;
            }
            released.add(name);
            return 0;
        }
    }

    private void onLoop(Runnable task) {
        loop.submit(task).syncUninterruptibly();
    }

    /** Lets the loop run what it has queued, and what that queues. */
    private void settle() {
        for (int i = 0; i < 3; i++) {
            onLoop(() -> {});
        }
    }

    private void add(String name, long lsn) {
        gate.add(new OneAnswer(name, lsn), lsn);
    }

    @Test
    void oneRegistrationServesAllAndTheNextFollowsAtOnce() {
        onLoop(() -> {
            add("a", 1);
            add("b", 2);
        });
        settle();
        assertThat(store.waiters()).isEqualTo(1);
        onLoop(() -> add("c", 3));
        settle();
        assertThat(store.waiters()).isEqualTo(1);
        store.makeDurable(2);
        assertThat(store.waiters())
                .as("asked for the third before the loop has run")
                .isEqualTo(1);
        settle();
        assertThat(released).containsExactly("a", "b");
        store.makeDurable(3);
        settle();
        assertThat(released).containsExactly("a", "b", "c");
        assertThat(store.waiters()).isZero();
    }

    @Test
    void requestsThatComeOneAfterTheOtherAreMadeDurableTogether() {
        clients = 3;
        onLoop(() -> {
            add("a", 1);
            loop.schedule(() -> add("b", 2), 0, TimeUnit.NANOSECONDS);
        });
        ScriptedServer.await(() -> !store.tried.isEmpty());
        assertThat(store.tried).first().isEqualTo(2L);
    }

    @Test
    void nobodyIsWaitedForWhenAllHaveBeenHeard() {
        clients = 2;
        onLoop(() -> {
            add("a", 1);
            add("b", 2);
            loop.schedule(() -> add("c", 3), 0, TimeUnit.NANOSECONDS);
        });
        ScriptedServer.await(() -> !store.tried.isEmpty());
        assertThat(store.tried).first().isEqualTo(2L);
    }

    @Test
    void thereIsAnEndToWaitingForRequestsThatGoOnComing() {
        clients = Integer.MAX_VALUE;
        nanosPerLook = TimeUnit.MICROSECONDS.toNanos(10);
        onLoop(() -> keepComing(1));
        ScriptedServer.await(() -> !store.tried.isEmpty());
    }

    private long nanos() {
        nanos += nanosPerLook;
        return nanos;
    }

    private void keepComing(long lsn) {
        if (store.tried.isEmpty()) {
            add("client " + lsn, lsn);
            loop.schedule(() -> keepComing(lsn + 1), 0, TimeUnit.NANOSECONDS);
        }
    }

    @Test
    void clientThatClosesBeforeItsTurnEndsLeavesNobodyWaitingForEver() {
        onLoop(() -> {
            gate.durable(); // of an earlier registration: a release is queued before the end of this turn
            gate.add(() -> 0, 5); // closed by then
        });
        settle();
        onLoop(() -> add("next", 6));
        settle();
        store.makeDurable(6);
        settle();
        assertThat(released).containsExactly("next");
    }

    @Test
    void failedLogReleasesWhoWaitsAndWhoComesLater() {
        onLoop(() -> add("a", 1));
        settle();
        store.failLog(new OutcomeUnknownException("gone", null));
        settle();
        assertThat(released).containsExactly("a");
        assertThat(gate.failure()).hasMessage("gone");
    }
}
