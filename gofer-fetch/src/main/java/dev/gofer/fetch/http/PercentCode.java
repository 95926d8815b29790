package dev.gofer.fetch.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encoding of what a URL may not hold, once: what is encoded already stays. */
final class PercentCode {
    private static final String ALLOWED = "-._~!$&'()*+,;=:@/?"; // RFC 3986: unreserved, sub-delims, pchar, query
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PercentCode() {}

    static String encode(String text) throws FetchException {
        int good = 0;
        while (good < text.length() && stays(text, good)) good++;
        if (good == text.length()) return text;
        var out = new StringBuilder(text.length() + 16).append(text, 0, good);
        for (int i = good; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (stays(text, i)) {
                out.append((char) c);
            } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                throw new FetchException(Reason.INVALID_URL, "the URL holds half a character (a lone surrogate)");
            } else {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8))
                    HEX.toHexDigits(out.append('%'), b);
            }
            i += Character.charCount(c);
        }
        return out.toString();
    }

    private static boolean stays(String text, int i) {
        char c = text.charAt(i);
        if (Ascii.isLetter(c) || Ascii.isDigit(c)) return true;
        if (c != '%') return ALLOWED.indexOf(c) >= 0;
        return i + 2 < text.length() && Ascii.isHex(text.charAt(i + 1)) && Ascii.isHex(text.charAt(i + 2));
    }

    /**
     * The text that was encoded as UTF-8.
     *
     * @throws IllegalArgumentException where a percent sign begins no byte, or the bytes are no UTF-8
     */
    static String decode(String text) {
        if (text.indexOf('%') < 0) return text;
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        var out = ByteBuffer.allocate(in.length);
        for (int i = 0; i < in.length; i++) {
            if (in[i] != '%') {
                out.put(in[i]);
            } else {
                if (i + 2 >= in.length) throw new IllegalArgumentException("a percent sign begins no byte");
                out.put((byte) HexFormat.fromHexDigits(new String(in, i + 1, 2, StandardCharsets.ISO_8859_1)));
                i += 2;
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(out.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the bytes that are percent-encoded are no UTF-8", e);
        }
    }

    /** A header value, read byte for byte, as the text its sender meant: UTF-8 if it is that, else each odd byte percent-encoded. */
    static String fromHeader(String latin1) {
        if (latin1.chars().allMatch(c -> c < 0x80)) return latin1;
        byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            var out = new StringBuilder();
            for (byte b : bytes) {
                if (b >= 0) out.append((char) b);
                else HEX.toHexDigits(out.append('%'), b);
            }
            return out.toString();
        }
    }
}
