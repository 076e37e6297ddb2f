package io.karmadb.server.terminal;

/**
 * Text that does nothing to a terminal but appear, and that is what it looks like.
 *
 * <p>Written as escapes, {@code \}{@code u001b}, are the categories of Unicode that break this:
 *
 * <ul>
 *   <li>control characters, C0, DEL and C1: they move the cursor, colour, ring, and paste;
 *   <li>format characters: those that turn the direction of the text around, overrides, embeddings, isolates and marks, show
 *       it in another order than it has; those without width, and tags, make two names look alike;
 *   <li>the separators of lines and paragraphs, which begin a line that nobody wrote;
 *   <li>half a surrogate pair, which is no character.
 * </ul>
 *
 * <p>It is for eyes: a text that holds a backslash and {@code u001b} looks the same.
 */
public final class Printable {
    private Printable() {}

    /**
     * Returns a text with what a terminal might not just show as escapes, one for each UTF-16 unit.
     *
     * @param text any text
     * @return what may be written to a terminal
     */
    public static String of(String text) {
        if (is(text)) {
            return text;
        }
        StringBuilder printable = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (isPrintable(c)) {
                printable.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    printable.append(String.format("\\u%04x", (int) unit));
                }
            }
        });
        return printable.toString();
    }

    /**
     * Says whether a text is the same when printed.
     *
     * @param text any text
     * @return whether {@link #of} returns it as it is
     */
    public static boolean is(String text) {
        return text.codePoints().allMatch(Printable::isPrintable);
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
