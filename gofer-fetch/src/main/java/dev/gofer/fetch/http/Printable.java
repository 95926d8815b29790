package dev.gofer.fetch.http;

/** Text from servers and lists, made safe for a terminal and for one line of a log. */
final class Printable {
    private static final int LIMIT = 500;

    private Printable() {}

    /** The text with each control, format and line-breaking character as its {@code \}{@code uXXXX} escape, cut at 500 characters. */
    static String line(String text) {
        int end = Math.min(text.length(), LIMIT);
        var out = new StringBuilder(end + 16);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (harmless(c)) out.append(c);
            else out.append(String.format("\\u%04x", (int) c));
        }
        return end < text.length() ? out.append('…').toString() : out.toString();
    }

    private static boolean harmless(char c) {
        if (c >= ' ' && c < 0x7f) return true;
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
