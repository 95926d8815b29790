package dev.gofer.fetch.archive;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a safe name is, as the function that makes one: a name is safe if it stays as it is. */
final class SafeName {
    /* (1) No control, format (bidi override) or unassigned character; none of \ : * ? " < > |, nor what looks like a slash.
     * (2) NFC; no leading or trailing space, no trailing dot, no leading hyphen; not empty, not "." or "..".
     * (3) No name of a Windows device, with any extension.
     * (4) At most 200 bytes of UTF-8 a segment, the extension kept; at most MAX_DEPTH segments, no leading slash.
     * (5) What isPlain says is safe is what most names are, and is told without patterns, which would cost more than all else that is done
     *     with an entry's name. It may miss safe names, and never takes an unsafe one for safe. */
    private static final int MAX_BYTES = 200;
    private static final int LONGEST_DEVICE = 4; // "con" to "lpt9"; those with a "$" are not plain
    private static final int MAX_DEPTH = 8;

    /** Replaced by "_": forbidden on Windows, or a slash to the eye. */
    private static final String REPLACED = "/\\:*?\"<>|\uFFFD\u2044\u2215\u2216\u29F8\u29F9\uFF0F\uFF3C";

    private static final Pattern DEVICE = Pattern.compile(
            "(con|prn|aux|nul|conin\\$|conout\\$|clock\\$|(com|lpt)[0-9\u00B9\u00B2\u00B3]) *(\\..*)?",
            Pattern.CASE_INSENSITIVE);

    /** The last dot and what follows, if it looks like an extension; with "tar" before it, that too. */
    private static final Pattern EXTENSION = Pattern.compile("(?<=.)(\\.tar)?\\.[A-Za-z0-9]{1,16}$", Pattern.DOTALL);

    private SafeName() {}

    /** A relative path of safe segments; empty if nothing is left. The deepest segments are kept. */
    static String path(String raw) {
        if (isPlain(raw)) return raw;
        var segments = new ArrayDeque<String>();
        for (String part : raw.split("[/\\\\]", -1)) {
            String segment = segment(part);
            if (segment.isEmpty()) continue;
            segments.add(segment);
            if (segments.size() > MAX_DEPTH) segments.remove();
        }
        return String.join("/", segments);
    }

    /** A safe segment; empty if nothing is left. */
    static String segment(String raw) {
        if (isPlain(raw)) return raw;
        String segment = raw;
        String before;
        do { // one rule may call for another: cut to length, a name may end in a dot
            before = segment;
            segment = pass(segment);
        } while (!segment.equals(before));
        return segment;
    }

    /** Whether this is one segment, safe as it stands, for the simplest of reasons (5). */
    static boolean isPlain(String name) {
        int length = name.length();
        if (length == 0 || length > MAX_BYTES || name.charAt(0) == '-' || name.charAt(length - 1) == '.') return false;
        int stem = length; // what comes before the first dot
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c == '.') stem = Math.min(stem, i);
            else if (!isPlain(c)) return false;
        }
        char first = name.charAt(0);
        return stem > LONGEST_DEVICE || (first >= '0' && first <= '9'); // no device begins with a digit
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    /** Applies every rule once, the long way. */
    static String pass(String raw) {
        var kept = new StringBuilder(raw.length());
        raw.codePoints().forEach(c -> keep(kept, c));
        String name = strip(nfc(kept.toString()));
        if (name.startsWith("-")) name = "_" + name.substring(1); // an option to whatever runs on "*"
        if (DEVICE.matcher(name).matches()) name = "_" + name;
        return beforeExtension(name, "");
    }

    private static void keep(StringBuilder kept, int c) {
        switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> {}
            case Character.SPACE_SEPARATOR -> kept.append(' ');
            default -> {
                if (REPLACED.indexOf(c) >= 0) kept.append('_');
                else kept.appendCodePoint(c);
            }
        }
    }

    private static String strip(String name) {
        int from = 0;
        int to = name.length();
        while (to > 0 && (name.charAt(to - 1) == ' ' || name.charAt(to - 1) == '.')) to--;
        while (from < to && name.charAt(from) == ' ') from++;
        return name.substring(from, to);
    }

    /** Puts {@code suffix} before the extension, and cuts what is before it so that the whole is no longer than allowed. */
    static String beforeExtension(String name, String suffix) {
        int dot = extension(name);
        String tail = suffix + name.substring(dot);
        return cut(name.substring(0, dot), MAX_BYTES - bytes(tail)) + tail;
    }

    /** Where the extension begins, with its dot; the end of the name if it has none. */
    static int extension(String name) {
        Matcher extension = EXTENSION.matcher(name);
        return extension.find() ? extension.start() : name.length();
    }

    private static String cut(String text, int maxBytes) {
        if (bytes(text) <= maxBytes) return text;
        int end = 0;
        for (int used = 0; end < text.length(); ) {
            int c = text.codePointAt(end);
            used += bytes(Character.toString(c));
            if (used > maxBytes) break;
            end += Character.charCount(c);
        }
        return text.substring(0, end);
    }

    static String nfc(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
