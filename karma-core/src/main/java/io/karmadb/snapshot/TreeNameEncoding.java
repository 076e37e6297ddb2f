package io.karmadb.snapshot;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * How the name of a tree stands in the name of a file.
 *
 * <p>As it is, but for: a slash and control characters, percent-encoded octet by octet of their UTF-8; and a percent sign
 * before two hexadecimal digits, which becomes {@code %25}. What is longer than {@link #BYTES_MAX} then is cut, between
 * characters, and gets {@code %7E} and a hash of the whole name.
 *
 * <p><b>Invariant:</b> two names never have the same encoding, short of a collision of 128 bits of SHA-256. Without a cut
 * {@link #decode} is the inverse; and {@code %7E}, a tilde, is an escape that no name without a cut ever gets, since a
 * tilde stands as it is and a literal {@code %7E} becomes {@code %257E}.
 */
final class TreeNameEncoding {
    /** What fits in a file name of 255 bytes beside 19 digits, an underscore, {@code .tree} and {@code .tmp}. */
    static final int BYTES_MAX = 255 - 19 - 1 - ".tree".length() - ".tmp".length();

    private static final String CUT_MARK = "%7E";
    private static final int HASH_BYTES = 16;
    private static final int CUT_BYTES_MAX = BYTES_MAX - CUT_MARK.length() - 2 * HASH_BYTES;

    /** The longest that one character becomes: a control character of two octets, both percent-encoded. */
    private static final int CHARACTER_BYTES_MAX = 6;

    private static final HexFormat ESCAPE_HEX = HexFormat.of().withUpperCase();

    private TreeNameEncoding() {}

    /**
     * Encodes a name.
     *
     * @param name a tree's name: not empty, without lone surrogates
     * @return 1 to {@link #BYTES_MAX} bytes of UTF-8, without a slash or a control character
     * @throws IllegalArgumentException if it is no such name
     */
    static String encode(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a tree's name is not empty: name=\"\"");
        }
        StringBuilder encoded = new StringBuilder();
        int bytes = 0;
        int cut = 0;
        for (int i = 0; i < name.length(); ) {
            int character = name.codePointAt(i);
            bytes += append(encoded, name, i, character);
            if (bytes <= CUT_BYTES_MAX) {
                cut = encoded.length();
            }
            i += Character.charCount(character);
        }
        return bytes <= BYTES_MAX ? encoded.toString() : encoded.substring(0, cut) + CUT_MARK + hash(name);
    }

    private static int append(StringBuilder encoded, String name, int index, int character) {
        if (Character.MIN_SURROGATE <= character && character <= Character.MAX_SURROGATE) {
            throw new IllegalArgumentException(
                    "a tree's name has a lone surrogate: index=" + index + ", char=" + Integer.toHexString(character));
        }
        if (character == '/' || Character.isISOControl(character) || character == '%' && isEscape(name, index)) {
            byte[] octets = Character.toString(character).getBytes(StandardCharsets.UTF_8);
            for (byte octet : octets) {
                encoded.append('%').append(ESCAPE_HEX.toHexDigits(octet));
            }
            return 3 * octets.length;
        }
        encoded.appendCodePoint(character);
        return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x1_0000 ? 3 : 4;
    }

    private static boolean isEscape(String text, int index) {
        return text.charAt(index) == '%'
                && index + 2 < text.length()
                && HexFormat.isHexDigit(text.charAt(index + 1))
                && HexFormat.isHexDigit(text.charAt(index + 2));
    }

    private static String hash(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Says whether a text has an escape: without one it is its own encoding and its own decoding. */
    static boolean hasEscape(String text) {
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
            if (isEscape(text, i)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Undoes the encoding of a name that was not cut.
     *
     * @param encoded any text
     * @return the name whose encoding it is, or empty if it is none
     */
    static Optional<String> decode(String encoded) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < encoded.length(); ) {
            if (isEscape(encoded, i)) {
                octets.write(HexFormat.fromHexDigits(encoded, i + 1, i + 3));
                i += 3;
            } else {
                int character = encoded.codePointAt(i);
                octets.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(character);
            }
        }
        try {
            String name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets.toByteArray()))
                    .toString();
            return !name.isEmpty() && encode(name).equals(encoded) ? Optional.of(name) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty(); // octets that are no UTF-8 are not what encode makes
        }
    }

    /**
     * Says whether a text may have come from {@link #encode}.
     *
     * @param text any text
     * @return false only if no name has this encoding
     */
    static boolean isEncoded(String text) {
        return isCut(text) || decode(text).isPresent();
    }

    private static boolean isCut(String text) {
        int mark = text.length() - 2 * HASH_BYTES - CUT_MARK.length();
        if (mark <= 0 || !text.startsWith(CUT_MARK, mark)) {
            return false;
        }
        for (int i = mark + CUT_MARK.length(); i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        int bytes = text.substring(0, mark).getBytes(StandardCharsets.UTF_8).length;
        return bytes <= CUT_BYTES_MAX && bytes > CUT_BYTES_MAX - CHARACTER_BYTES_MAX;
    }
}
