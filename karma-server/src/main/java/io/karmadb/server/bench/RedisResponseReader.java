package io.karmadb.server.bench;

/** Answers of Redis to the commands used here: a line, or the length of a value and the value. */
final class RedisResponseReader extends ResponseReader {
    private static final int LINE_END_BYTES = 2;

    private enum State {
        TYPE,
        LINE,
        LENGTH,
        VALUE
    }

    private State state = State.TYPE;
    private boolean negative;
    private long length;

    @Override
    int next(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (state == State.VALUE) {
                long used = Math.min(length, to - at);
                at += (int) used;
                length -= used;
                if (length == 0) {
                    return end(at);
                }
                continue;
            }
            byte b = bytes[at++];
            if (state == State.TYPE) {
                start(b);
            } else if (b == '\n') {
                if (state == State.LINE || negative) {
                    return end(at);
                }
                state = State.VALUE;
                length += LINE_END_BYTES;
            } else if (state == State.LENGTH) {
                negative |= b == '-';
                length = b >= '0' && b <= '9' ? length * 10 + b - '0' : length;
            } else if (isError()) {
                addText(bytes, at - 1, at);
            }
        }
        return NONE;
    }

    private void start(byte type) {
        begin();
        state = type == '$' ? State.LENGTH : State.LINE;
        negative = false;
        length = 0;
        if (type != '$' && type != ':' && type != '+') {
            markError();
        }
    }

    private int end(int at) {
        state = State.TYPE;
        return at;
    }
}
