package io.karmadb.server.protocol;

/**
 * Parses request lines. Made once and used for every line of many connections; for one thread at a time.
 *
 * <p>Programs write their requests with the same code, so most lines differ from an earlier one in numbers and names
 * only: such a line is compared with the {@link RequestShape} of the earlier one. Any other goes to the JSON parser, whose
 * verdict alone counts for what is wrong.
 *
 * <p>Unknown fields are skipped. Of a repeated field the last counts, but each must have the right type. {@code null} is
 * as good as absent, but for the command.
 */
public final class RequestParser {
    /** A handful of commands, each as a few client libraries write it. */
    private static final int SHAPES = 8;

    private final JsonRequestParser json = new JsonRequestParser();
    private final RequestShape[] shapes = new RequestShape[SHAPES];

    /** What a line is learnt with, to take the place of the oldest shape if it is one of the usual. */
    private RequestShape spare = new RequestShape();

    private int oldest;

    /** Which shape fitted last. */
    private int recent;

    /** Makes a parser. */
    public RequestParser() {
        for (int i = 0; i < SHAPES; i++) {
            shapes[i] = new RequestShape();
        }
    }

    /**
     * Parses one line. Allocates nothing for a line like an earlier one.
     *
     * @param line holds the line from index 0 on
     * @param length its length without the line end
     * @param request receives the fields; undefined if something is wrong
     * @return the message of an {@link ErrorCode#INVALID_JSON}, or null if nothing is wrong
     */
    public String parse(byte[] line, int length, Request request) {
        for (int i = 0; i < SHAPES; i++) {
            int index = recent + i & SHAPES - 1;
            if (shapes[index].read(line, length, request)) {
                recent = index;
                return null;
            }
        }
        String problem = json.parse(line, length, request);
        if (problem == null && request.command() != null && spare.learn(line, length, request.command())) {
            RequestShape learnt = spare;
            spare = shapes[oldest];
            shapes[oldest] = learnt;
            oldest = oldest + 1 & SHAPES - 1;
        }
        return problem;
    }
}
