package io.karmadb.server.transfer;

import io.karmadb.DayRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Asks a server for sums, many at a time. So few that it never waits for its answers to be taken. */
final class ServerSums {
    private static final int QUESTIONS_MAX = 512;
    private static final int BYTES_MAX = 64 * 1024;

    private record Question(Row row, long line, Target.SumTaker taker) {}

    private final ServerConnection connection;
    private final List<Question> questions = new ArrayList<>();
    private final ByteArrayOutputStream requests = new ByteArrayOutputStream();
    private String tree;
    private byte[] start;

    ServerSums(ServerConnection connection) {
        this.connection = connection;
    }

    /** Asks, perhaps later. */
    void ask(Row row, long line, DayRange range, Target.SumTaker taker) throws TransferException {
        if (!row.tree.equals(tree)) {
            tree = row.tree;
            start = connection.startOf("sum", tree).getBytes(StandardCharsets.UTF_8);
        }
        requests.writeBytes(start);
        String rest = ",\"key\":" + Long.toUnsignedString(row.key)
                + (range.equals(DayRange.ALL)
                        ? "}\n"
                        : ",\"time_from\":" + range.first() + ",\"time_to\":" + range.last() + "}\n");
        requests.writeBytes(rest.getBytes(StandardCharsets.US_ASCII));
        questions.add(new Question(row.copy(), line, taker));
        if (questions.size() >= QUESTIONS_MAX || requests.size() >= BYTES_MAX) {
            await();
        }
    }

    /** Waits for all answers. */
    void await() throws TransferException {
        byte[] bytes = requests.toByteArray();
        requests.reset();
        List<Question> asked = List.copyOf(questions);
        questions.clear();
        connection.send(bytes, bytes.length);
        for (Question question : asked) {
            take(question, connection.answer());
        }
    }

    private static void take(Question question, byte[] answer) throws TransferException {
        try {
            AnswerFields fields = AnswerFields.of(answer);
            if (Answers.isSuccess(answer)) {
                question.taker.take(question.row, question.line, Long.parseUnsignedLong(fields.response()), true);
                return;
            }
            if (ServerSource.NOT_FOUND.equals(fields.code())) {
                question.taker.take(question.row, question.line, 0, false);
                return;
            }
        } catch (IOException | NumberFormatException e) {
            throw Target.refused(question.line, Answers.problem(answer));
        }
        throw Target.refused(question.line, Answers.problem(answer));
    }
}
