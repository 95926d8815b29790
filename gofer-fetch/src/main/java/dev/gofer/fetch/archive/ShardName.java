package dev.gofer.fetch.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names of an archive's shards, from one with a number's place in it: {@code shards-%05d.zip} gives {@code shards-00000.zip} and so on. */
public final class ShardName {
    private static final Pattern PLACE = Pattern.compile("%(0[1-9])?d");

    private final Path pattern;
    private final String before;
    private final String behind;
    private final int digits;
    private final @Nullable Path first; // where it is called otherwise

    private ShardName(Path pattern, String before, String behind, int digits, @Nullable Path first) {
        this.pattern = pattern;
        this.first = first;
        this.before = before;
        this.behind = behind;
        this.digits = digits;
    }

    /**
     * {@return whether the last part of a path has a number's place} That is {@code %d}, or {@code %05d} for five digits at least.
     *
     * @param path of any file
     */
    public static boolean isPattern(Path path) {
        Path name = path.getFileName();
        return name != null && PLACE.matcher(name.toString()).results().count() == 1;
    }

    /**
     * {@return the shards that there are, in the order of their numbers}
     *
     * @param pattern of their names
     * @throws IOException if their folder cannot be read
     * @throws IllegalArgumentException unless {@link #isPattern}
     */
    public static List<Path> existing(Path pattern) throws IOException {
        var names = of(pattern);
        var found = new ArrayList<Path>();
        Path folder = pattern.toAbsolutePath().getParent();
        if (folder == null) return found;
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (names.matches(name, "")) found.add(pattern.resolveSibling(name));
            }
        }
        found.sort(
                Comparator.<Path>comparingInt(file -> file.toString().length()).thenComparing(Path::toString));
        return found;
    }

    /** @throws IllegalArgumentException unless {@link #isPattern} */
    static ShardName of(Path path) {
        if (!isPattern(path)) throw new IllegalArgumentException("shards need a name such as shards-%05d.zip: " + path);
        String name = String.valueOf(path.getFileName());
        Matcher place = PLACE.matcher(name);
        boolean found = place.find();
        String width = found ? place.group(1) : null;
        return new ShardName(
                path,
                name.substring(0, place.start()),
                name.substring(place.end()),
                width == null ? 1 : width.charAt(1) - '0',
                null);
    }

    /** Of an archive that went beyond one file: {@code images.zip}, {@code images-00001.zip}, and so on. */
    static ShardName behind(Path target) {
        String name = String.valueOf(target.getFileName());
        int dot = name.lastIndexOf('.');
        int end = dot > 0 ? dot : name.length();
        return new ShardName(target, name.substring(0, end) + "-", name.substring(end), 5, target);
    }

    /** Name of the shard {@code number}, which counts from 0. */
    Path shard(int number) {
        if (number == 0 && first != null) return first;
        return pattern.resolveSibling(before + String.format(Locale.ROOT, "%0" + digits + "d", number) + behind);
    }

    /** Whether a file's name is that of a shard, {@code suffix} behind it. */
    boolean matches(String name, String suffix) {
        int from = before.length();
        int to = name.length() - behind.length() - suffix.length();
        return to - from >= digits
                && name.startsWith(before)
                && name.endsWith(behind + suffix)
                && name.substring(from, to).chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
