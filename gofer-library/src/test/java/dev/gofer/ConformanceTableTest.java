package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;

/** Sees that the table of Go's tests in {@code docs/conformance.md} is true: each test it names exists, none is left out, all is counted. */
class ConformanceTableTest {
    private static final Path TABLE = Path.of("../docs/conformance.md");
    private static final int AT_LEAST = 240; // of them here
    private static final String HERE = "dev.gofer.conformance";
    private static final Pattern ROW = Pattern.compile("\\| (`.*?) \\| (.*) \\|");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    /** The names of our tests come first in their cell; what follows is prose. */
    private static final Pattern TESTS = Pattern.compile("`[\\w.]+`(, `[\\w.]+`)*(, (\\d+) tests)?");

    private static final Pattern COUNT = Pattern.compile("(\\d+) tests, (\\d+) of them here\\.");
    private static final Pattern TOTAL = Pattern.compile("In all: (\\d+) tests of Go, (\\d+) of them here\\.");

    /** A file of Go's tests: what the page says of it, and what its rows say. */
    private static final class Section {
        final String title;
        String said = "no count";
        int tests;
        int present;

        Section(String title) {
            this.title = title;
        }

        String counted() {
            return tests + " tests, " + present + " of them here.";
        }
    }

    private final List<Section> sections = new ArrayList<>();
    private final List<String> mistakes = new ArrayList<>();
    private final TreeSet<String> named = new TreeSet<>();
    private String total = "no total";

    @Test
    void theTableIsTrue() throws Exception {
        read();
        int tests = sections.stream().mapToInt(each -> each.tests).sum();
        int present = sections.stream().mapToInt(each -> each.present).sum();
        for (var section : sections) {
            if (!section.said.equals(section.counted())) {
                mistakes.add("## " + section.title + ": says " + section.said + "; counted: " + section.counted());
            }
        }
        var counted = "In all: " + tests + " tests of Go, " + present + " of them here.";
        if (!total.equals(counted)) {
            mistakes.add("says " + total + "; counted: " + counted);
        }
        var left = new TreeSet<>(ours());
        left.removeAll(named);
        left.forEach(name -> mistakes.add(name + " is not in the table"));
        assertEquals("", String.join("\n", mistakes), "mistakes in docs/conformance.md");
        assertTrue(present >= AT_LEAST, counted);
    }

    private void read() throws IOException {
        Section section = null;
        for (var line : Files.readAllLines(TABLE)) {
            var count = COUNT.matcher(line);
            var row = ROW.matcher(line);
            var inAll = TOTAL.matcher(line);
            if (line.startsWith("## ")) {
                section = new Section(line.substring(3));
                sections.add(section);
            } else if (inAll.find()) {
                total = inAll.group();
            } else if (section != null && count.find()) {
                section.said = count.group();
            } else if (section != null && row.matches()) {
                read(section, row.group(1), row.group(2));
            }
        }
        sections.removeIf(each -> each.tests == 0 && each.said.equals("no count")); // prose
    }

    /** One row: {@code go} names tests of Go, {@code ours} says where they are or why they are not. */
    private void read(Section section, String go, String ours) {
        int tests = (int) NAME.matcher(go).results().count();
        section.tests += tests;
        if (ours.startsWith("absent: ")) {
            return;
        }
        section.present += tests;
        var names = TESTS.matcher(ours);
        if (!names.lookingAt()) {
            mistakes.add(go + ": neither a test of ours nor a reason for its absence: " + ours);
            return;
        }
        String type = "";
        for (Matcher name = NAME.matcher(names.group()); name.find(); ) {
            type = check(go, name.group(1), type, names.group(3));
        }
    }

    /** Sees that {@code name} is a test; one without a class is of {@code before}. Gives the class for the next. */
    private String check(String go, String name, String before, @Nullable String count) {
        boolean isClass = Character.isUpperCase(name.charAt(name.lastIndexOf('.') + 1));
        int dot = name.lastIndexOf('.');
        var type = isClass ? name : dot < 0 ? before : name.substring(0, dot);
        var full = type.startsWith("dev.gofer.") ? type : HERE + "." + type;
        try {
            var methods = testsOf(Class.forName(full, false, getClass().getClassLoader()));
            if (!isClass && !methods.contains(name.substring(dot + 1))) {
                mistakes.add(go + ": there is no test " + full + "." + name.substring(dot + 1));
            } else if (isClass && !String.valueOf(methods.size()).equals(count)) {
                mistakes.add(go + ": " + full + " has " + methods.size() + " tests");
            }
            (isClass ? methods : Set.of(name.substring(dot + 1))).forEach(each -> named.add(full + "." + each));
        } catch (ClassNotFoundException e) {
            mistakes.add(go + ": there is no class " + full);
        }
        return type;
    }

    private static Set<String> testsOf(Class<?> type) {
        var names = new TreeSet<String>();
        Stream.of(type.getDeclaredMethods())
                .filter(ConformanceTableTest::isTest)
                .map(Method::getName)
                .forEach(names::add);
        return names;
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class)
                || method.isAnnotationPresent(ParameterizedTest.class)
                || method.isAnnotationPresent(TestFactory.class);
    }

    private static Set<String> ours() throws IOException, ReflectiveOperationException {
        var all = new TreeSet<String>();
        try (var files = Files.list(Path.of("target/test-classes", HERE.split("\\.")))) {
            for (var file : files.toList()) {
                var simple = file.getFileName().toString();
                if (simple.endsWith("Test.class")) {
                    var type = HERE + "." + simple.substring(0, simple.length() - ".class".length());
                    testsOf(Class.forName(type, false, ConformanceTableTest.class.getClassLoader()))
                            .forEach(test -> all.add(type + "." + test));
                }
            }
        }
        return all;
    }
}
