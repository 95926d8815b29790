package dev.gofer.fetch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The file name in a {@code Content-Disposition} (RFC 6266): {@code filename*} if it can be read, else {@code filename}. */
final class Disposition {
    /* (1) What is read here is a wish, not a name: EntryNames makes it safe. All but what is behind the last slash, of either
     *     kind, is thrown away here, as RFC 6266 §4.3 wants it.
     * (2) A header that breaks off or has rubbish in it gives what could be read before: servers write many that do. */
    private final String text; // a character stands for a byte
    private int at;
    private @Nullable String plain;
    private @Nullable String extended;

    private Disposition(String text) {
        this.text = text;
    }

    /** The file name that a header wishes for; null where it has none, or an empty one. */
    static @Nullable String fileName(@Nullable String header) {
        if (header == null) return null;
        var read = new Disposition(header);
        read.parameters();
        var name = read.extended != null ? read.extended : read.plain;
        if (name == null) return null;
        var own = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
                .strip(); // (1)
        return own.isEmpty() || own.matches("\\.+") ? null : own;
    }

    private void parameters() {
        var first = text.strip().toLowerCase(Locale.ROOT);
        if (!first.startsWith("filename")) skipTo(';'); // the type: attachment, inline; some servers leave it out
        while (at < text.length()) {
            while (at < text.length() && (text.charAt(at) == ';' || text.charAt(at) <= ' ')) at++;
            var begin = at;
            while (at < text.length() && text.charAt(at) != '=' && text.charAt(at) != ';') at++;
            var name = text.substring(begin, at).strip().toLowerCase(Locale.ROOT);
            if (at == text.length() || text.charAt(at) == ';') continue;
            at++;
            var value = value();
            if (name.equals("filename") && plain == null) plain = utf8OrLatin1(value);
            if (name.equals("filename*") && extended == null) extended = extended(value);
        }
    }

    private String value() {
        while (at < text.length() && text.charAt(at) <= ' ') at++;
        if (at == text.length() || text.charAt(at) != '"') {
            var begin = at;
            skipTo(';');
            return text.substring(begin, at).strip();
        }
        var value = new StringBuilder();
        for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
            var escapes = text.charAt(at) == '\\' && at + 1 < text.length() && "\"\\".indexOf(text.charAt(at + 1)) >= 0;
            value.append(text.charAt(escapes ? ++at : at)); // a lone backslash is a folder of Windows
        }
        at++;
        return value.toString();
    }

    private void skipTo(char end) {
        while (at < text.length() && text.charAt(at) != end) at++;
    }

    /** {@code UTF-8'en'%e2%82%ac%20rates} (RFC 8187); null where it is not of that kind. */
    private static @Nullable String extended(String value) {
        var first = value.indexOf('\'');
        var second = value.indexOf('\'', first + 1);
        if (first < 0 || second < 0) return null;
        Charset charset;
        switch (value.substring(0, first).toLowerCase(Locale.ROOT)) {
            case "utf-8" -> charset = StandardCharsets.UTF_8;
            case "iso-8859-1" -> charset = StandardCharsets.ISO_8859_1;
            default -> {
                return null;
            }
        }
        var bytes = new ByteArrayOutputStream();
        for (var i = second + 1; i < value.length(); i++) {
            var c = value.charAt(i);
            if (c != '%') {
                bytes.write(c);
                continue;
            }
            var high = i + 2 < value.length() ? Character.digit(value.charAt(i + 1), 16) : -1;
            var low = i + 2 < value.length() ? Character.digit(value.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0) return null;
            bytes.write(high << 4 | low);
            i += 2;
        }
        return decode(bytes.toByteArray(), charset);
    }

    /** What servers write though they may not: UTF-8, if the bytes are any, as browsers read it. */
    private static String utf8OrLatin1(String latin1) {
        var utf8 = decode(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return utf8 != null ? utf8 : latin1;
    }

    private static @Nullable String decode(byte[] bytes, Charset charset) {
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
