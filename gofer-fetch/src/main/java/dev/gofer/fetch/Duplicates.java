package dev.gofer.fetch;

import dev.gofer.fetch.archive.NameSet;
import java.nio.file.Path;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds lines that say the same as an earlier one: the same URL, and of what a line may say besides, such as a name for its entry or a checksum,
 * the same or nothing. Bounded memory: of a line, 16 bytes stay, in a file where there are many. Confined to one thread.
 */
public final class Duplicates {
    private final NameSet seen;

    /**
     * No lines seen.
     *
     * @param folder takes the table of a long list, and may have to be made; null: memory does
     */
    public Duplicates(@Nullable Path folder) {
        this.seen = new NameSet(folder);
    }

    /**
     * {@return the index of the first line that says the same; null where this is it}
     *
     * @param line the next of the list
     * @param index its place in it, from 0
     */
    public @Nullable Integer first(Line.Entry line, int index) {
        return seen.putIfAbsent(key(line), index);
    }

    private static String key(Line.Entry line) {
        var url = line.url().toString();
        var name = line.name();
        var checksum = line.checksum();
        if (name == null && checksum == null && !line.typed() && line.columns().isEmpty()) return url;
        var key =
                new StringBuilder(url).append(line.typed() ? "\ntyped" : "\nlisted"); // for who types, other rules hold
        if (name != null) part(key, "name", name);
        if (checksum != null) part(key, "checksum", checksum.hex());
        // Of the columns only those are here that the template takes for names.
        new TreeMap<>(line.columns()).forEach((column, value) -> part(part(key, "column", column), "is", value));
        return key.toString();
    }

    /** With its length, so that no two lines give the same key. */
    private static StringBuilder part(StringBuilder key, String what, String text) {
        return key.append('\n')
                .append(what)
                .append(' ')
                .append(text.length())
                .append(' ')
                .append(text);
    }
}
