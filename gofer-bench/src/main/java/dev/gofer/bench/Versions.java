package dev.gofer.bench;

import java.io.File;
import java.util.Arrays;
import java.util.regex.Pattern;

/** The versions of the others, as their jars' names tell. */
final class Versions {
    static final String JOX = of("channels");
    static final String COROUTINES = of("kotlinx-coroutines-core-jvm");

    private Versions() {}

    private static String of(String artifact) {
        var name = Pattern.compile(Pattern.quote(artifact) + "-([0-9][^/]*)\\.jar");
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(path -> name.matcher(new File(path).getName()))
                .filter(java.util.regex.Matcher::matches)
                .map(match -> match.group(1))
                .findFirst()
                .orElse("unknown");
    }
}
