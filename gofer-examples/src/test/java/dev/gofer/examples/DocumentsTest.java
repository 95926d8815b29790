package dev.gofer.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every code block of the pages in {@code docs}, the README and CONTRIBUTING is what its fence says: {@code java HelloGo} an excerpt of that example, {@code
 * go hello.go} of that twin, {@code text HelloGo} what that example prints, {@code sh} commands whose files and classes exist. Every link leads to a file.
 */
class DocumentsTest {
    private static final Path ROOT = Path.of("..");
    private static final Path ENGLISH = ROOT.resolve("docs/tutorial.md");
    private static final Path KOREAN = ROOT.resolve("docs/tutorial.ko.md");
    private static final Path JAVA = Path.of("src/main/java/dev/gofer/examples");
    private static final Path SINGLE_FILE = Path.of("src/main/single-file");
    private static final Path TESTING = ROOT.resolve("gofer-junit/src/test/java/dev/gofer/testing");
    private static final Path GO = Path.of("src/main/go");
    private static final Pattern WORD = Pattern.compile("[^\\s:]+"); // a class path is several
    private static final Pattern FENCE = Pattern.compile("```(\\S*) ?(.*)");
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]*)(?:#([^)]*))?\\)");

    /** A fenced block: where it is, what its fence says, and its lines. */
    private record Block(String place, String language, String source, List<String> lines) {}

    @Test
    void bothLanguagesShowTheSameCode() throws IOException {
        assertEquals(withoutPlaces(ENGLISH), withoutPlaces(KOREAN));
    }

    @TestFactory
    Stream<DynamicTest> everyBlockIsTrue(@TempDir Path directory) throws Exception {
        var blocks = new ArrayList<Block>();
        for (var document : documents()) {
            blocks.addAll(blocks(document));
        }
        var printed = new HashMap<String, List<String>>();
        for (var block : blocks) {
            if (block.language().equals("text") && !printed.containsKey(block.source())) {
                printed.put(
                        block.source(),
                        output(block.source(), Files.createDirectory(directory.resolve(block.source()))));
            }
        }
        return blocks.stream()
                .map(block -> dynamicTest(
                        block.place() + " " + block.language() + " " + block.source(), () -> check(block, printed)));
    }

    @Test
    void everyLinkLeadsToAFileAndAHeading() throws IOException {
        var broken = new ArrayList<String>();
        for (var document : documents()) {
            for (var link : LINK.matcher(Files.readString(document)).results().toList()) {
                var file = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
                if (!Files.exists(file)
                        || (link.group(2) != null && !anchors(file).contains(link.group(2)))) {
                    broken.add(document.getFileName() + ": " + link.group());
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    /** What a link to a heading of {@code document} has after its hash sign. */
    private static List<String> anchors(Path document) throws IOException {
        return Files.readAllLines(document).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static List<Path> documents() throws IOException {
        var documents = new ArrayList<Path>();
        for (var name : List.of("README.md", "CONTRIBUTING.md", "DESIGN.md", "CHANGELOG.md", "SECURITY.md")) {
            documents.add(ROOT.resolve(name));
        }
        try (var pages = Files.list(ROOT.resolve("docs"))) {
            pages.filter(page -> page.toString().endsWith(".md")).sorted().forEach(documents::add);
        }
        return documents;
    }

    private static void check(Block block, Map<String, List<String>> printed) throws IOException {
        switch (block.language()) {
            case "java" -> assertExcerpt(block, sourceOf(block.source()));
            case "go" -> {
                if (!block.source().isEmpty()) { // a line or two for comparison name no twin
                    assertExcerpt(block, GO.resolve(block.source()));
                }
            }
            case "text" -> assertEquals(printed.get(block.source()), block.lines());
            case "sh" -> assertCommandsExist(block);
            case "xml", "kotlin" -> {} // of another build; gofer-junit's TestingPageTest looks at them
            case "console" -> {} // what a command showed on some day: times and ports in it change
            case "diagram" -> {}
            default ->
                throw new AssertionError(
                        "no check for such a block; use java, go, text, sh, console, xml, kotlin or diagram");
        }
    }

    private static Path sourceOf(String example) {
        var single = SINGLE_FILE.resolve(example + ".java");
        var test = TESTING.resolve(example + ".java");
        return Files.exists(single) ? single : Files.exists(test) ? test : JAVA.resolve(example + ".java");
    }

    private static void assertExcerpt(Block block, Path file) throws IOException {
        var lines = Files.readAllLines(file);
        int size = block.lines().size();
        var found = Stream.iterate(0, from -> from + size <= lines.size(), from -> from + 1)
                .anyMatch(from -> unindented(lines.subList(from, from + size)).equals(unindented(block.lines())));
        assertTrue(found, () -> "not in " + file + ":\n" + String.join("\n", block.lines()));
    }

    private static List<String> unindented(List<String> lines) {
        return String.join("\n", lines).stripIndent().lines().toList();
    }

    /** Every file that a command names is there after a build, and so is every example. */
    private static void assertCommandsExist(Block block) {
        for (var line : block.lines()) {
            for (var word : WORD.matcher(line.replaceFirst("#.*", ""))
                    .results()
                    .map(MatchResult::group)
                    .toList()) {
                if (word.startsWith("dev.gofer.examples.")) {
                    word = "gofer-examples/src/main/java/" + word.replace('.', '/') + ".java";
                }
                if (word.matches("(\\./|gofer-|scripts/).*")) {
                    assertTrue(Files.exists(ROOT.resolve(word)), "no such file: " + word);
                }
            }
        }
    }

    private static List<String> output(String example, Path directory) throws Exception {
        var ended = switch (example) {
            case "Hello" -> Program.start(directory, sourceOf(example)).end();
            case "BrokenDownload" -> {
                try (var heldBack = new ImageServer(0)) {
                    yield download(example, directory, heldBack);
                }
            }
            case "MendedDownload", "DownloadImages" -> {
                try (var server = new ImageServer(0).open()) {
                    yield download(example, directory, server);
                }
            }
            default -> Program.start(directory, classOf(example)).end();
        };
        assertEquals(0, ended.exit(), () -> String.join("\n", ended.err()));
        return ended.out();
    }

    private static Program.Ended download(String example, Path directory, ImageServer server) throws Exception {
        return Program.start(directory, classOf(example), server.urls()).end();
    }

    private static Class<?> classOf(String example) throws ClassNotFoundException {
        return Class.forName("dev.gofer.examples." + example);
    }

    private static List<Block> withoutPlaces(Path document) throws IOException {
        return blocks(document).stream()
                .map(block -> new Block("", block.language(), block.source(), block.lines()))
                .toList();
    }

    private static List<Block> blocks(Path document) throws IOException {
        var blocks = new ArrayList<Block>();
        var lines = Files.readAllLines(document);
        for (int i = 0; i < lines.size(); i++) {
            var fence = FENCE.matcher(lines.get(i));
            if (fence.matches()) {
                int first = i + 1;
                while (!lines.get(++i).equals("```")) {}
                blocks.add(new Block(
                        document.getFileName() + ":" + first, fence.group(1), fence.group(2), lines.subList(first, i)));
            }
        }
        return blocks;
    }
}
