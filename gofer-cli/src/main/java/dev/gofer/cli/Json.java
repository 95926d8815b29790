package dev.gofer.cli;

import org.jspecify.annotations.Nullable;

/** One flat JSON object on one line, in ASCII, for machines that read what gofer tells. */
final class Json {
    private final StringBuilder text = new StringBuilder("{");

    private Json() {}

    static Json object() {
        return new Json();
    }

    Json put(String key, @Nullable String value) {
        name(key);
        if (value == null) text.append("null");
        else quote(value);
        return this;
    }

    Json put(String key, @Nullable Long value) {
        name(key).append(value);
        return this;
    }

    Json put(String key, long value) {
        name(key).append(value);
        return this;
    }

    Json put(String key, double value) {
        name(key).append(value);
        return this;
    }

    Json put(String key, boolean value) {
        name(key).append(value);
        return this;
    }

    @Override
    public String toString() {
        return text + "}";
    }

    private StringBuilder name(String key) {
        if (text.length() > 1) text.append(", ");
        quote(key);
        return text.append(": ");
    }

    private void quote(String value) {
        text.append('"');
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c >= ' ' && c < 0x7f) text.append(c);
                    else text.append(String.format("\\u%04x", (int) c));
                }
            }
        }
        text.append('"');
    }
}
