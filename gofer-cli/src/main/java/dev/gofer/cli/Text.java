package dev.gofer.cli;

/** Foreign text made fit for a terminal. */
final class Text {
    private Text() {}

    /** The text with each character that a terminal might obey, or that turns lines around, as its {@code \}{@code uXXXX} escape. */
    static String printable(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE,
                        Character.PRIVATE_USE,
                        Character.UNASSIGNED -> out.append(String.format("\\u%04x", c));
                default -> out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    /** At most {@code width} characters: what is too long loses its middle, since a URL's host and file name tell most. */
    static String shorten(String text, int width) {
        if (text.length() <= width) return text;
        var head = Math.max((width - 1) / 2, 0);
        var tail = Math.max(width - 1 - head, 0);
        return text.substring(0, head) + "…" + text.substring(text.length() - tail);
    }
}
