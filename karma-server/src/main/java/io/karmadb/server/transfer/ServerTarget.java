package io.karmadb.server.transfer;

import io.karmadb.Day;
import io.karmadb.DayRange;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running server, to which commands {@code set} are sent many at a time. */
final class ServerTarget implements Target {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final String NUMBERS = ",\"key\":,\"day\":,\"count\":}\n";
    private static final int DIGITS_MAX = 2 * 20 + 8;
    private static final String PADDING = ",\"padding\":\"x\"}\n";
    private static final Pattern TODAY = Pattern.compile("The day has not come yet: day=\\d+, today=(\\d{5,8})\\b");

    private final ServerConnection connection;
    private final ServerSums sums;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int filled;
    private String tree;
    private byte[] start;

    /** Null until a bucket has been set. */
    private Answers answers;

    private ServerTarget(ServerConnection connection) {
        this.connection = connection;
        sums = new ServerSums(connection);
    }

    static ServerTarget connect(ServerAddress server) throws TransferException {
        return new ServerTarget(ServerConnection.open(server));
    }

    @Override
    public String name() {
        return connection.server().name();
    }

    /**
     * Sends a request as long as the longest will be, and one whose day no server has reached: both change nothing, and the
     * second is refused in words that tell the server's day.
     */
    @Override
    public void check(Validation file) throws TransferException {
        String ping = connection.startOf("ping", null);
        int longest = connection.startOf("set", file.longestTree()).getBytes(StandardCharsets.UTF_8).length;
        int padding = Math.max(0, longest + NUMBERS.length() + DIGITS_MAX - ping.length() - PADDING.length());
        byte[] pong = connection.ask(ping + PADDING.replace("x", "x".repeat(padding)));
        if (!Answers.isSuccess(pong)) {
            throw Target.refused(file.longestLine(), Answers.problem(pong));
        }
        if (file.latest() != null) {
            checkDay(file);
        }
    }

    private void checkDay(Validation file) throws TransferException {
        byte[] answer = connection.ask(
                connection.startOf("set", file.latest().tree) + ",\"key\":0,\"day\":" + Day.MAX + ",\"count\":0}\n");
        String problem = Answers.isSuccess(answer) ? "it has reached the year 9999" : Answers.problem(answer);
        Matcher today = TODAY.matcher(problem);
        if (!today.find()) {
            throw new TransferException("the server " + name() + " does not take an import: " + problem);
        }
        if (file.latest().day > Integer.parseInt(today.group(1))) {
            throw Target.refused(
                    file.latestLine(),
                    "The day has not come yet: day=" + file.latest().day + ", today=" + today.group(1));
        }
    }

    @Override
    public void sum(Row row, long line, DayRange range, SumTaker taker) throws TransferException {
        sums.ask(row, line, range, taker);
    }

    @Override
    public void awaitSums() throws TransferException {
        sums.await();
    }

    @Override
    public void set(Row row, long line) throws TransferException {
        if (!row.tree.equals(tree)) {
            tree = row.tree;
            start = connection.startOf("set", tree).getBytes(StandardCharsets.UTF_8);
        }
        int most = start.length + NUMBERS.length() + DIGITS_MAX;
        if (buffer.length - filled < most) {
            write();
            buffer = buffer.length < most ? new byte[most] : buffer;
        }
        if (answers == null) {
            answers = new Answers(connection);
        }
        answers.expect(line, this::write);
        System.arraycopy(start, 0, buffer, filled, start.length);
        filled += start.length;
        put(",\"key\":", row.key);
        put(",\"day\":", row.day);
        put(",\"count\":", row.count);
        buffer[filled++] = '}';
        buffer[filled++] = '\n';
    }

    private void put(String field, long unsigned) {
        for (int i = 0; i < field.length(); i++) {
            buffer[filled++] = (byte) field.charAt(i);
        }
        int first = filled;
        long rest = unsigned;
        do {
            buffer[filled++] = (byte) ('0' + (int) Long.remainderUnsigned(rest, 10));
            rest = Long.divideUnsigned(rest, 10);
        } while (rest != 0);
        for (int low = first, high = filled - 1; low < high; low++, high--) {
            byte digit = buffer[low];
            buffer[low] = buffer[high];
            buffer[high] = digit;
        }
    }

    private void write() throws TransferException {
        int length = filled;
        filled = 0;
        if (length > 0) {
            connection.send(buffer, length);
        }
    }

    @Override
    public void flush() throws TransferException {
        if (answers != null) {
            write();
            answers.await();
        }
    }

    @Override
    public void finish() {
        // A server has what it has answered, and makes its own snapshots.
    }

    @Override
    public void close() {
        connection.close();
        if (answers != null) {
            answers.awaitEnd();
        }
    }
}
