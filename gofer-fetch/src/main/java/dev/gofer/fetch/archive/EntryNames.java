package dev.gofer.fetch.archive;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives every input a name that is safe to extract on any system and that no other entry has. The same inputs in the same order get the same
 * names, on every machine and in a resumed run. Confined to one thread.
 */
public final class EntryNames {
    /* (1) What leaves here satisfies SafeName: the rest of the package checks names with isSafe and trusts nobody else.
     * (2) Names differ even when case and Unicode form are ignored, as on Windows and macOS; a name is never a folder of another.
     * (3) A later twin gets -2, -3, ... before its extension. Each name remembers its next number, so n twins cost O(n).
     * (4) Names that begin with their line's number are not kept: nobody else's begins with so many digits. */
    private static final String DEFAULT_NAME = "index";
    private static final Pattern NUMBERED = Pattern.compile("(?<![^/])[0-9]{9}");
    private static final int QUERY_BYTES = 32;
    private static final Pattern SECRET =
            Pattern.compile("token|key|sig|auth|pass|pwd|secret|session|credential|jwt", Pattern.CASE_INSENSITIVE);

    private final NameSet files;
    private final NameSet folders;
    private final boolean isIndexed;

    /** No names taken. */
    public EntryNames() {
        this(null, null);
    }

    /**
     * No names taken.
     *
     * @param template for most names, null for none: one that {@linkplain NameTemplate#isUnique tells lines apart by itself} needs no memory
     * @param folder where a table of many names may be kept rather than in memory; null for none
     */
    public EntryNames(@Nullable NameTemplate template, @Nullable Path folder) {
        files = new NameSet(folder);
        folders = new NameSet(folder);
        isIndexed = template != null && template.isUnique();
    }

    /**
     * {@return a name after what the template gives for a line} The template must be the one of the constructor.
     *
     * @param expanded what it gives
     */
    public String forTemplate(String expanded) {
        if (!isIndexed) return forName(expanded);
        String name = inFolders(SafeName.path(expanded));
        takeFolders(name);
        return name; // (4)
    }

    /**
     * {@return a name after the last segment of the URL's path, {@code index} if there is none} A short query goes before the extension, {@code
     * image_id=3.php}; a long one, or one that looks like a secret, as eight hexadecimal digits of its hash.
     *
     * @param url what was fetched
     */
    public String forUrl(URI url) {
        return forUrl(url.getRawPath(), url.getRawQuery());
    }

    /**
     * {@return the same for a URL in parts, as they stand in it: percent-encoded}
     *
     * @param rawPath null for none
     * @param rawQuery null for none
     */
    public String forUrl(@Nullable String rawPath, @Nullable String rawQuery) {
        String name = lastSegment(rawPath == null ? "" : rawPath);
        if (rawQuery == null || rawQuery.isEmpty()) return unique(name);
        return unique(SafeName.segment(SafeName.beforeExtension(name, "_" + query(rawQuery))));
    }

    /** The last segment of a path that is not empty, decoded and safe; a default if there is none. */
    static String lastSegment(String rawPath) {
        int to = rawPath.length();
        while (to > 0 && rawPath.charAt(to - 1) == '/') to--;
        String last = rawPath.substring(rawPath.lastIndexOf('/', to - 1) + 1, to);
        // A decoded slash is part of the name, not a folder; so is what only looks like "..".
        String name = SafeName.segment(percentDecode(last).replace('/', '_'));
        return name.isEmpty() ? DEFAULT_NAME : name;
    }

    /**
     * {@return a name after one that somebody chose; slashes make folders} Absolute paths, {@code ..} and the like lose what makes them so.
     *
     * @param chosen may be anything
     */
    public String forName(String chosen) {
        String name = SafeName.path(chosen);
        if (isIndexed) name = SafeName.path(NUMBERED.matcher(name).replaceAll("_$0")); // (4)
        return unique(name.isEmpty() ? DEFAULT_NAME : name);
    }

    /**
     * {@return whether a name is one that this class could have given, its uniqueness aside}
     *
     * @param name of an entry
     */
    public static boolean isSafe(String name) {
        return !name.isEmpty() && SafeName.path(name).equals(name);
    }

    /** Equal for names that some file system takes for one. */
    static String fold(String name) {
        if (isFolded(name)) return name;
        return SafeName.nfc(name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
    }

    /** Whether nothing of a name could fold: it is ASCII without capitals. */
    private static boolean isFolded(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 128 || (c >= 'A' && c <= 'Z')) return false;
        }
        return true;
    }

    private static String query(String raw) {
        String plain = percentDecode(raw).replace('&', '_').replace('/', '_');
        if (plain.getBytes(StandardCharsets.UTF_8).length <= QUERY_BYTES
                && !SECRET.matcher(plain).find()) return plain;
        byte[] hash = Spool.sha256().digest(raw.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, 4);
    }

    private String unique(String wanted) {
        String name = inFolders(wanted);
        String folded = fold(name);
        if (!taken(folded)) return take(name);
        int slash = name.lastIndexOf('/') + 1;
        NameSet taken = files.contains(folded) ? files : folders;
        for (int n = taken.next(folded); ; n++) {
            String twin = name.substring(0, slash) + SafeName.beforeExtension(name.substring(slash), "-" + n);
            if (taken(fold(twin))) continue;
            taken.put(folded, n + 1); // (3)
            return take(twin);
        }
    }

    private boolean taken(String folded) {
        return files.contains(folded) || folders.contains(folded);
    }

    private String take(String name) {
        files.put(fold(name), 2);
        takeFolders(name);
        return name;
    }

    private void takeFolders(String name) {
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
            String folder = fold(name.substring(0, slash));
            if (!folders.contains(folder)) folders.put(folder, 2);
        }
    }

    /** (2): where a folder of the name is a file already, the folder gets the number instead. */
    private String inFolders(String name) {
        int from = 0;
        String given = name;
        for (int slash; (slash = given.indexOf('/', from)) >= 0; from = slash + 1) {
            String folder = given.substring(0, slash);
            String rest = given.substring(slash);
            String free = folder;
            for (int n = files.next(fold(folder)); files.contains(fold(free)); n++)
                free = folder.substring(0, from) + SafeName.beforeExtension(folder.substring(from), "-" + n);
            given = free + rest;
            slash = free.length();
        }
        return given;
    }

    /** UTF-8 behind the percent signs; a lone percent sign stays, as a browser leaves it. */
    static String percentDecode(String raw) {
        if (raw.indexOf('%') < 0) return raw;
        ByteBuffer bytes = ByteBuffer.allocate(raw.length() * 3);
        for (int i = 0; i < raw.length(); ) {
            int hex = i + 2 < raw.length() && raw.charAt(i) == '%' ? hex(raw, i + 1) : -1;
            if (hex >= 0) {
                bytes.put((byte) hex);
                i += 3;
            } else {
                int c = raw.codePointAt(i);
                bytes.put(Character.toString(c).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(c);
            }
        }
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }

    private static int hex(String text, int at) {
        int high = Character.digit(text.charAt(at), 16);
        int low = Character.digit(text.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
