package dev.gofer.fetch;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The type of a Content-Type header, without its parameters. */
final class MediaType {
    private MediaType() {}

    /** {@code image/png}, in lower case; null where there is none that could be one. */
    static @Nullable String of(@Nullable String contentType) {
        if (contentType == null) return null;
        var end = contentType.indexOf(';');
        var type =
                (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return type.matches("[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+") ? type : null;
    }
}
