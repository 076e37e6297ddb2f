package io.karmadb.server.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcceptorTest {
    @Test
    void stopsAcceptingForAMomentWhenThereAreNoFileDescriptors() {
        EmbeddedChannel listening = new EmbeddedChannel(new Acceptor(10));
        listening.freezeTime();
        listening.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        assertThat(listening.config().isAutoRead()).isFalse();
        listening.advanceTimeBy(1, TimeUnit.SECONDS);
        listening.runScheduledPendingTasks();
        assertThat(listening.config().isAutoRead()).isTrue();
        // Nothing reached the end of the pipeline, where Netty would log it for each time.
        listening.checkException();
        assertThat(listening.isOpen()).isTrue();
    }

    @Test
    void stopsAcceptingAtTheGreatestNumberUntilOneEnds() {
        Acceptor acceptor = new Acceptor(2);
        EmbeddedChannel listening = new EmbeddedChannel(acceptor);
        EmbeddedChannel first = new EmbeddedChannel();
        listening.writeInbound(first);
        assertThat(listening.config().isAutoRead()).isTrue();
        listening.writeInbound(new EmbeddedChannel());
        assertThat(listening.config().isAutoRead()).isFalse();
        first.close();
        listening.runPendingTasks();
        assertThat(acceptor.connections()).isEqualTo(1);
        assertThat(listening.config().isAutoRead()).isTrue();
    }
}
