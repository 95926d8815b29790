package dev.gofer.fetch.http;

/** Tests on text without streams, which would cost a short run more than its first requests do. */
final class Ascii {
    private Ascii() {}

    /** Whether the text is one to {@code max} decimal digits, nothing else. */
    static boolean isNumber(String text, int max) {
        if (text.isEmpty() || text.length() > max) return false;
        for (int i = 0; i < text.length(); i++) if (!isDigit(text.charAt(i))) return false;
        return true;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    static boolean isHex(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
}
