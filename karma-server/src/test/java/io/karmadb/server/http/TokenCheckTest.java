package io.karmadb.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.server.command.Authenticator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenCheckTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final TokenCheck check = new TokenCheck(Authenticator.of("right", "reader"), nanos::get);

    @Test
    void guessingGetsSlowerAndTheRightTokenIsNeverHeldUp() {
        long first = check.check("Bearer wrong");
        assertThat(first).isEqualTo(100);
        long last = first;
        for (int i = 0; i < 100; i++) {
            long next = check.check("Bearer " + i);
            assertThat(next).isGreaterThanOrEqualTo(last);
            last = next;
            assertThat(check.check("Bearer right")).isEqualTo(TokenCheck.ACCEPTED);
        }
        assertThat(last).isEqualTo(1600);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(11));
        assertThat(check.check("Bearer wrong")).isEqualTo(first);
    }

    @Test
    void theTokenForReadingIsEnough() {
        assertThat(check.check("Bearer reader")).isEqualTo(TokenCheck.ACCEPTED);
    }

    @Test
    void askingWithoutATokenIsNoGuess() {
        for (String header : new String[] {null, "", "Bearer", "Basic cmlnaHQ=", "right"}) {
            assertThat(check.check(header)).as(header).isEqualTo(TokenCheck.MISSING);
        }
        assertThat(check.check("Bearer ")).isEqualTo(100);
    }

    @Test
    void everybodyIsAcceptedWhereNoTokenIsSet() {
        TokenCheck open = new TokenCheck(Authenticator.of(null, null), nanos::get);
        assertThat(open.check(null)).isEqualTo(TokenCheck.ACCEPTED);
        assertThat(open.check("Bearer whatever")).isEqualTo(TokenCheck.ACCEPTED);
    }
}
