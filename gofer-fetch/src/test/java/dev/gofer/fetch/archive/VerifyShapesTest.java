package dev.gofer.fetch.archive;

import static dev.gofer.fetch.archive.Archives.QUICK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tars and folders under the eyes of {@link ArchiveVerifier}, and every shape against what is known of it. */
class VerifyShapesTest {
    private static final int ENTRIES = 5;

    @TempDir
    Path temp;

    private Path write(Shape shape) throws IOException {
        Path target = temp.resolve(shape.output);
        try (var archive = Archive.create(target, shape.of(QUICK))) {
            for (int i = 0; i < ENTRIES; i++) Archives.append(archive, Archives.memory(archive), i);
            archive.finish();
        }
        return target;
    }

    private static Expected expected(int from, int to) {
        var expected = new Expected();
        for (int i = from; i < to; i++) {
            byte[] content = Archives.content(i);
            expected.add(Archives.item(i).name(), content.length, Spool.sha256().digest(content));
        }
        return expected;
    }

    private static List<String> problems(Path archive, Expected expected) throws IOException {
        return ArchiveVerifier.verify(archive, expected).problems();
    }

    @ParameterizedTest
    @EnumSource(names = {"ZIP", "TAR", "FOLDER"})
    void whatWasWrittenIsWholeAndAsKnown(Shape shape) throws IOException {
        Path target = write(shape);
        var report = ArchiveVerifier.verify(target, expected(0, ENTRIES));
        assertEquals(List.of(), report.problems());
        assertEquals(ENTRIES, report.entries());
        assertEquals(ENTRIES, report.compared());
        assertEquals(List.of(), problems(target, expected(2, 3)), "what is not known may be anything");
        assertEquals(List.of("2 entries of the manifest are missing"), problems(target, expected(0, ENTRIES + 2)));

        var wrong = expected(0, ENTRIES);
        wrong.add(Archives.item(2).name(), -1, new byte[32]);
        assertEquals(List.of(Archives.item(2).name() + " has a wrong SHA-256"), problems(target, wrong));
        wrong.add(Archives.item(2).name(), 17, Spool.sha256().digest(Archives.content(2)));
        assertEquals(
                List.of(Archives.item(2).name() + " has not the size that the manifest tells"),
                problems(target, wrong));
    }

    @Test
    void aTarHasNoFlippedBitThatNobodyFinds() throws IOException {
        Path tar = write(Shape.TAR);
        byte[] whole = Files.readAllBytes(tar);
        var known = expected(0, ENTRIES);
        for (int at = 0; at < whole.length; at += 17) {
            Files.write(tar, Archives.flipped(whole, at));
            var report = ArchiveVerifier.verify(tar, known);
            boolean isPadding = report.isWhole();
            if (isPadding)
                assertEquals(0, whole[at], "at " + at); // between data and the next block, where nothing is kept
        }
        for (int cut = 0; cut < whole.length; cut += 63) {
            Files.write(tar, Arrays.copyOf(whole, cut));
            assertFalse(ArchiveVerifier.verify(tar, known).isWhole(), "cut at " + cut);
        }
    }

    @Test
    void aTarOfTheSystemIsReadWithItsLongNamesFoldersAndLinks() throws Exception {
        Path folder = Files.createDirectories(temp.resolve("in/" + "d".repeat(120) + "/" + "e".repeat(120)));
        Files.writeString(folder.resolve("file.txt"), "hello");
        for (String format : List.of("gnu", "pax")) {
            Path tar = temp.resolve(format + ".tar");
            var process = new ProcessBuilder(
                            "tar",
                            "--format=" + format,
                            "-cf",
                            tar.toString(),
                            "-C",
                            temp.resolve("in").toString(),
                            ".")
                    .redirectErrorStream(true)
                    .start();
            assertEquals("", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertEquals(0, process.waitFor());
            var problems = ArchiveVerifier.verify(tar).problems();
            assertEquals(1, problems.size(), "its names begin with ./ " + problems);
            assertTrue(problems.getFirst().contains("e".repeat(120) + "/file.txt is not a name"), problems::toString);
        }
        Files.createSymbolicLink(temp.resolve("in/link"), temp.resolve("in"));
        Path tar = temp.resolve("links.tar");
        assertEquals(
                0,
                new ProcessBuilder(
                                "tar",
                                "-cf",
                                tar.toString(),
                                "-C",
                                temp.resolve("in").toString(),
                                "link")
                        .start()
                        .waitFor());
        assertEquals(
                List.of("link is no file, but a link or a device"),
                ArchiveVerifier.verify(tar).problems());
    }

    @Test
    void aFolderMayHoldNoLinksAndItsRunMustBeOver() throws IOException {
        Path target = write(Shape.FOLDER);
        Files.createSymbolicLink(target.resolve("link"), temp);
        assertEquals(
                List.of("link is no file, but a link or a device"),
                ArchiveVerifier.verify(target).problems());
        Files.delete(target.resolve("link"));
        Files.createDirectories(temp.resolve("out.gofer"));
        Files.writeString(temp.resolve("out.gofer/journal"), "x");
        assertTrue(ArchiveVerifier.verify(target).problems().getFirst().contains("unfinished"));
    }

    @Test
    void shardsAreFoundByTheirPattern() throws IOException {
        Path target = write(Shape.ZIP_SHARDS);
        var names = ShardName.existing(target).stream()
                .map(file -> String.valueOf(file.getFileName()))
                .toList();
        assertEquals(List.of("out.zip-000.zip", "out.zip-001.zip", "out.zip-002.zip"), names);
    }

    @Test
    void whatIsKnownMayBeMuch() {
        var expected = new Expected();
        for (int i = 0; i < 10_000; i++) expected.add("n" + i, i, Spool.sha256().digest(new byte[] {(byte) i}));
        expected.add("n7", -1, new byte[32]);
        assertEquals(10_000, expected.size());
        assertTrue(expected.isSize("n7", 12345) && expected.isHash("n7", new byte[32]));
        assertTrue(expected.isSize("n9999", 9999) && !expected.isSize("n9999", 1));
        assertFalse(expected.contains("n10000"));
    }
}
