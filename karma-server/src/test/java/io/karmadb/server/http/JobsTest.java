package io.karmadb.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JobsTest {
    private static final Reply REPLY = Reply.text(HttpResponseStatus.OK, "done");

    private final CountDownLatch release = new CountDownLatch(1);
    private final Jobs jobs = new Jobs(1);

    private Reply held() {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return REPLY;
    }

    @AfterEach
    void close() {
        release.countDown();
        jobs.close();
    }

    @Test
    void oneScanRunsAtATimeAndWhoHasItsAnswerMayAskForTheNext() {
        CompletableFuture<Reply> first = new CompletableFuture<>();
        assertThat(jobs.runScan(this::held, first::complete)).isTrue();
        assertThat(jobs.runScan(() -> REPLY, reply -> {})).isFalse();
        release.countDown();
        assertThat(first.join()).isSameAs(REPLY);
        for (int i = 0; i < 100; i++) {
            CompletableFuture<Reply> next = new CompletableFuture<>();
            assertThat(jobs.runScan(() -> REPLY, next::complete)).isTrue();
            next.join();
        }
    }

    @Test
    void aScanHoldsUpNoShortJob() {
        CompletableFuture<Reply> scan = new CompletableFuture<>();
        CompletableFuture<Reply> job = new CompletableFuture<>();
        assertThat(jobs.runScan(this::held, scan::complete)).isTrue();
        assertThat(jobs.runShort(() -> REPLY, job::complete)).isTrue();
        assertThat(job.join()).isSameAs(REPLY);
        assertThat(scan).isNotDone();
    }

    @Test
    void moreJobsThanMayWaitAreRefused() {
        int accepted = 0;
        while (jobs.runShort(this::held, reply -> {})) {
            accepted++;
        }
        assertThat(accepted).isEqualTo(3); // two run and one waits
    }
}
