package io.karmadb.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: takes a request, has it answered, takes the next. A client that sends the next one before it has the answer
 * gets no answer to that, and its connection is closed; it is free to try again on another.
 *
 * <p><b>Threads.</b> All state belongs to the connection's event loop.
 */
final class HttpConnection extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    private final HttpServices services;
    private final Deadline deadline;
    private ChannelHandlerContext channel;
    private boolean answering;
    private boolean ending;
    private boolean draining;

    HttpConnection(HttpServices services, Deadline deadline) {
        this.services = services;
        this.deadline = deadline;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (ending || draining) {
            return;
        }
        if (message.decoderResult().isFailure()) {
            refuseUnreadable(message.decoderResult().cause());
        } else if (message instanceof HttpRequest request) {
            take(request);
        }
    }

    private void refuseUnreadable(Throwable cause) {
        if (answering) {
            endAfterAnswer();
            return;
        }
        ending = true;
        answering = true;
        HttpResponseStatus status = HttpResponseStatus.BAD_REQUEST;
        if (cause instanceof TooLongHttpLineException) {
            status = HttpResponseStatus.REQUEST_URI_TOO_LONG;
        } else if (cause instanceof TooLongHttpHeaderException) {
            status = HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
        }
        send(Reply.text(status, status.reasonPhrase()), HttpVersion.HTTP_1_1);
    }

    private void take(HttpRequest request) {
        if (answering) {
            endAfterAnswer();
            return;
        }
        answering = true;
        ending = !HttpUtil.isKeepAlive(request);
        deadline.requestIsWhole();
        try {
            answer(request);
        } catch (RefusedException e) {
            ending = true; // what follows may be a body
            send(e.reply(), request.protocolVersion());
        } catch (RuntimeException | Error e) {
            send(failure(request, e), request.protocolVersion());
        }
    }

    /** Whoever sends more than one request at a time cannot fill any buffer. */
    private void endAfterAnswer() {
        ending = true;
        channel.channel().config().setAutoRead(false);
    }

    private void answer(HttpRequest request) throws RefusedException {
        HttpHeaders headers = request.headers();
        Query query = Query.of(
                request.uri(),
                headers.get(HttpHeaderNames.ACCEPT),
                () -> !channel.channel().isActive());
        Route route = services.routes().find(query.path());
        services.gatekeeper().check(request, route.access());
        if (route.access() == Route.Access.TOKEN) {
            long verdict = services.tokens().check(headers.get(HttpHeaderNames.AUTHORIZATION));
            if (verdict != TokenCheck.ACCEPTED) {
                Reply refusal = Reply.text(HttpResponseStatus.UNAUTHORIZED, "The token is missing or wrong")
                        .with(HttpHeaderNames.WWW_AUTHENTICATE.toString(), "Bearer realm=\"karma\"");
                channel.executor()
                        .schedule(() -> send(refusal, request.protocolVersion()), verdict, TimeUnit.MILLISECONDS);
                return;
            }
        }
        Supplier<Reply> making = () -> make(route, query, request);
        Consumer<Reply> receiver = reply -> later(() -> send(reply, request.protocolVersion()));
        switch (route.place()) {
            case LOOP -> send(route.endpoint().answer(query), request.protocolVersion());
            case WORKER -> {
                if (!services.jobs().runShort(making, receiver)) {
                    send(busy(HttpResponseStatus.SERVICE_UNAVAILABLE), request.protocolVersion());
                }
            }
            case SCAN -> {
                if (!services.jobs().runScan(making, receiver)) {
                    send(busy(HttpResponseStatus.TOO_MANY_REQUESTS), request.protocolVersion());
                }
            }
        }
    }

    private static Reply busy(HttpResponseStatus status) {
        return Reply.text(status, "Too much is asked at the same time, try again later")
                .with(HttpHeaderNames.RETRY_AFTER.toString(), "2");
    }

    private static Reply make(Route route, Query query, HttpRequest request) {
        try {
            return route.endpoint().answer(query);
        } catch (RefusedException e) {
            return e.reply();
        } catch (RuntimeException | Error e) {
            return failure(request, e);
        }
    }

    private void later(Runnable task) {
        try {
            channel.executor().execute(task);
        } catch (RejectedExecutionException e) {
            // The loop has ended, and the connection with it: there is nobody left to tell.
            assert channel.executor().isShuttingDown() : e;
        }
    }

    private static Reply failure(HttpRequest request, Throwable error) {
        LOG.atError()
                .addKeyValue("event", "http.error")
                .addKeyValue("path", request.uri())
                .setCause(error)
                .log("An HTTP request failed in a way that nobody expected");
        return Reply.text(HttpResponseStatus.INTERNAL_SERVER_ERROR, "Internal error, see the server's log");
    }

    private void send(Reply reply, HttpVersion version) {
        if (!channel.channel().isActive()) {
            return;
        }
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, reply.status(), Unpooled.wrappedBuffer(reply.body()));
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, reply.type());
        headers.set(HttpHeaderNames.CONTENT_LENGTH, reply.body().length);
        SafeHeaders.addTo(headers);
        reply.headers().forEach(headers::set);
        HttpUtil.setKeepAlive(headers, version, !ending);
        services.figures().answered(reply.status().code());
        deadline.answerIsOffered();
        channel.writeAndFlush(response).addListener((ChannelFuture sent) -> onSent(sent));
    }

    private void onSent(ChannelFuture sent) {
        answering = false;
        if (!sent.isSuccess()) {
            channel.close();
        } else if (ending) {
            drain();
        } else {
            deadline.answerIsTaken();
        }
    }

    /** Closing a socket with unread bytes makes TCP reset it, which can take the answer from the client. */
    private void drain() {
        draining = true;
        deadline.endIsNear();
        ((DuplexChannel) channel.channel()).shutdownOutput();
        channel.channel().config().setAutoRead(true);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // An IOException is the client's way of leaving.
        if (!(cause instanceof IOException)) {
            LOG.atError()
                    .addKeyValue("event", "http.error")
                    .setCause(cause)
                    .log("An HTTP connection failed in a way that nobody expected and is closed");
        }
        ctx.close();
    }
}
