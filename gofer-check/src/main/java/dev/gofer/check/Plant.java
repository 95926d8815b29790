package dev.gofer.check;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A bug to be planted into one source file of the library, to see whether the explorations find it.
 *
 * @param name what is wrong, in a few words
 * @param file the source file, as {@code Chan} or {@code runtime/Ticket}
 * @param before text that is in there once, whatever the white space between its words
 * @param after what to write in its place. A step may be in it, where an atomic operation becomes two: between them another goroutine may run
 */
record Plant(String name, String file, String before, String after) {
    /** All there are. */
    static Stream<Plant> all() {
        return Stream.of(ChannelPlants.ALL, LockPlants.ALL, OtherPlants.ALL).flatMap(plants -> plants.stream());
    }

    /** The path of the file, from the root of the library's sources. */
    String path() {
        return "dev/gofer/" + file + ".java";
    }

    /**
     * {@return {@code source} with the bug in it}
     *
     * @throws IllegalStateException when {@code before} is not in there exactly once: the library has changed, and this plant with it has to
     */
    String in(String source) {
        var words =
                Arrays.stream(before.strip().split("\\s+")).map(Pattern::quote).collect(Collectors.joining("\\s+"));
        var matcher = Pattern.compile(words).matcher(source);
        long places = matcher.results().count();
        if (places != 1) {
            throw new IllegalStateException("its text is " + places + " times in " + path());
        }
        return matcher.replaceFirst(Matcher.quoteReplacement(after));
    }
}
