package dev.gofer.fetch;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The wishes of {@code X-Robots-Tag}. */
final class Robots {
    /** Who asks for one of these wants no copy in a collection; the same four as img2dataset, and the short form. */
    private static final Set<String> OPT_OUTS = Set.of("noai", "noimageai", "noindex", "noimageindex", "none");

    /** Directives with a value: what stands before their colon is no robot's name. */
    private static final Set<String> VALUED =
            Set.of("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview");

    private static final String NAME = "gofer";

    private Robots() {}

    /** The directive by which files are kept from us; null where there is none. A value may begin with a robot's name: the others are not ours. */
    static @Nullable String optOut(List<String> values) {
        for (var value : values) {
            var forUs = true;
            for (var part : value.toLowerCase(Locale.ROOT).split(",", -1)) {
                var directive = part.strip();
                var colon = directive.indexOf(':');
                if (colon >= 0) {
                    var before = directive.substring(0, colon).strip();
                    if (VALUED.contains(before)) continue;
                    forUs = before.equals(NAME) || before.equals("*");
                    directive = directive.substring(colon + 1).strip();
                }
                if (forUs && OPT_OUTS.contains(directive)) return directive;
            }
        }
        return null;
    }
}
