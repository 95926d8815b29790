package dev.gofer.fetch.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryNamesTest {
    private static final List<String> HOSTILE = List.of(
            "",
            " ",
            ".",
            "..",
            "...",
            ". .",
            "/",
            "//",
            "\\",
            "../x",
            "..\\x",
            "/etc/passwd",
            "/../../x",
            "a/../../b",
            "a/./b",
            "a//b",
            "./.././x",
            "C:\\x",
            "c:x",
            "\\\\server\\share\\x",
            "\\\\?\\C:\\x",
            "file:stream",
            "x::$DATA",
            "a\0b.jpg",
            "a\nb",
            "a\tb",
            "a\rb",
            "\u001b[31mred",
            "a\u007fb",
            "a\u0085b",
            "photo\u202Egpj.exe",
            "\u2066x\u2069",
            "\u200Fx",
            "\uFEFFx",
            "a\u200Bb",
            "a\u00ADb",
            "CON",
            "con.txt",
            "Aux.tar.gz",
            "nul",
            "NUL .txt",
            "com1",
            "COM9.log",
            "lpt\u00B9",
            "LPT\u00B3.x",
            "COM\u00B2",
            "conin$",
            "CONOUT$",
            "clock$",
            "trail.",
            "trail ",
            "trail. . .",
            " lead",
            "-rf",
            "--help",
            "a*b",
            "a?b",
            "a\"b",
            "a<b>c",
            "a|b",
            "\uD800",
            "x\uDFFFy",
            "\uFFFF",
            "\uFDD0",
            "a\u2028b",
            "a\u2215b",
            "\uFF0Fetc",
            "e\u0301.jpg",
            "\u00E9.jpg",
            "\u212B",
            "\u1100\u1161\u11A8",
            "\uE000",
            "~",
            "~/x",
            "$HOME",
            "`id`",
            ";ls",
            ".htaccess",
            ".jpg",
            "x".repeat(300),
            "x".repeat(300) + ".jpeg",
            "\u00E9".repeat(200) + ".png",
            "\uD83E\uDDAB".repeat(99),
            "CON" + " ".repeat(300) + "x",
            "a".repeat(199) + ". b",
            "a/".repeat(5000) + "b",
            "../".repeat(5000),
            "e" + "\u0301".repeat(500),
            "x." + "y".repeat(500),
            "a/con/b",
            "a/ /b",
            "a./b.",
            "%2e%2e%2fx",
            "x.tar.gz",
            "a/-x",
            "\u3000x\u3000",
            "\u00A0");

    @Test
    void everyHostileNameBecomesASafeOneThatNoOtherHas() {
        assertTrue(HOSTILE.size() >= 60);
        var names = new EntryNames();
        Set<String> seen = new HashSet<>();
        for (String hostile : HOSTILE) {
            for (String name :
                    List.of(names.forName(hostile), names.forUrl("/" + hostile, null), names.forUrl("/x", hostile))) {
                assertSafe(name);
                assertTrue(EntryNames.isSafe(name), name);
                assertTrue(seen.add(Normalizer.normalize(name.toLowerCase(Locale.ROOT), Normalizer.Form.NFC)), name);
            }
        }
    }

    /** The rules once more, in other words than the code's. */
    private static void assertSafe(String name) {
        assertFalse(name.isEmpty());
        assertEquals(
                name, new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8), "no lone surrogate");
        Path root = Path.of("/safe/root");
        Path resolved = root.resolve(name).normalize();
        assertTrue(resolved.startsWith(root) && !resolved.equals(root), name);
        for (String segment : name.split("/", -1)) {
            assertTrue(segment.getBytes(StandardCharsets.UTF_8).length <= 200, segment);
            assertFalse(segment.isBlank());
            assertFalse(segment.matches("(?s).*[\\\\:*?\"<>|\\p{Cntrl}\u202A-\u202E\u2066-\u2069].*"), segment);
            assertFalse(segment.matches("(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])( *\\..*)?"), segment);
            assertFalse(segment.endsWith(".") || segment.endsWith(" ") || segment.startsWith(" "), segment);
            assertTrue(Normalizer.isNormalized(segment, Normalizer.Form.NFC), segment);
        }
    }

    @Test
    void aSafeNameStaysAsItIs() {
        var random = new Random(3);
        String alphabet = "aB.-_ /\\:é\u0301\u202E%ß\u1100\u1161ConAUX1\u00B9\u212A\uD83E\uDDAB\t가";
        for (int round = 0; round < 20_000; round++) {
            var raw = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--)
                raw.append(alphabet.charAt(random.nextInt(alphabet.length())));
            String safe = SafeName.path(raw.toString());
            assertEquals(safe, SafeName.path(safe), () -> "from " + raw);
            if (!safe.isEmpty()) assertSafe(safe);
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "http://h/images/a.jpg, a.jpg",
                "http://h/images/my%20photo%281%29.JPG, my photo(1).JPG",
                "http://h/%EC%82%AC%EC%A7%84.png, 사진.png",
                "http://h, index",
                "http://h/, index",
                "http://h/photos/, photos",
                "http://h/..%2f..%2fetc%2fpasswd, .._.._etc_passwd",
                "http://h/%00a%FFb.png, a_b.png",
                "http://h/100%25.txt, 100%.txt",
                "http://h/image.php?id=3, image_id=3.php",
                "http://h/image.php?id=3&size=l%2Fm, image_id=3_size=l_m.php",
                "http://h/?q=1, index_q=1",
                "http://h/a.jpg?, a.jpg",
                "http://h/a.tar.gz?v=2, a_v=2.tar.gz",
                "http://h/con.png, _con.png",
                "http://h/a.jpg#part, a.jpg",
            })
    void urlsGetTheNamesOneExpects(String url, String name) {
        assertEquals(name, new EntryNames().forUrl(URI.create(url)));
    }

    @Test
    void secretsAndLongQueriesAreHashedButStillTellUrlsApart() {
        var names = new EntryNames();
        String one = names.forUrl(URI.create("http://h/a.jpg?X-Amz-Signature=abc"));
        String two = names.forUrl(URI.create("http://h/a.jpg?X-Amz-Signature=abd"));
        String three = names.forUrl(URI.create("http://h/a.jpg?x=" + "y".repeat(100)));
        for (String name : List.of(one, two, three)) assertTrue(name.matches("a_[0-9a-f]{8}\\.jpg"), name);
        assertEquals(3, Set.of(one, two, three).size());
    }

    @Test
    void twinsAreNumberedInTheOrderOfTheInput() {
        var names = new EntryNames();
        assertEquals(
                List.of(
                        "a.jpg",
                        "A-2.JPG",
                        "a-3.jpg",
                        "a-2-2.jpg",
                        "é.jpg",
                        "e\u0301-2.jpg",
                        "x",
                        "x-2",
                        "k",
                        "\u212A-2"),
                List.of(
                        names.forName("a.jpg"),
                        names.forName("A.JPG"),
                        names.forName("a.jpg"),
                        names.forName("a-2.jpg"),
                        names.forName("é.jpg"),
                        "e\u0301-2.jpg".equals(Normalizer.normalize(names.forName("e\u0301.jpg"), Normalizer.Form.NFD))
                                ? "e\u0301-2.jpg"
                                : "no",
                        names.forName("x"),
                        names.forName("x"),
                        names.forName("k"),
                        names.forName("\u212A").equals("K-2") ? "\u212A-2" : "no"));
    }

    @Test
    void aFileIsNeverAFolderToo() {
        var names = new EntryNames();
        assertEquals("a", names.forName("a"));
        assertEquals("a-2/b.jpg", names.forName("a/b.jpg"));
        assertEquals("A-2/c.jpg", names.forName("A/c.jpg"));
        assertEquals("d/e/f", names.forName("d/e/f"));
        assertEquals("d-2", names.forName("d"));
        assertEquals("d/e-2", names.forName("d/e"));
        assertEquals("D/e/F-2", names.forName("D/e/F"));
    }

    @Test
    void aLongNameKeepsItsExtensionAndItsNumber() {
        var names = new EntryNames();
        assertEquals("x".repeat(195) + ".jpeg", names.forName("x".repeat(500) + ".jpeg"));
        assertEquals("x".repeat(193) + "-2.jpeg", names.forName("x".repeat(400) + ".jpeg"));
        assertEquals("é".repeat(98) + ".png", names.forName("é".repeat(500) + ".png"));
    }

    @Test
    void aHundredThousandTwinsTakeNoLongerEach() {
        var names = new EntryNames();
        List<String> given = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) given.add(names.forName("a.jpg"));
        assertEquals("a-100000.jpg", given.getLast());
        assertEquals(100_000, new HashSet<>(given).size());
    }

    @Test
    void theSetOfNamesForgetsNoneWhileItGrows() {
        var set = new NameSet();
        for (int i = 0; i < 100_000; i++) {
            assertFalse(set.contains("n" + i));
            set.put("n" + i, i);
        }
        for (int i = 0; i < 100_000; i++) assertEquals(i, set.next("n" + i));
    }

    @Test
    void aNameThatBeginsWithItsNumberNeedsNoMemory() {
        for (var unique : List.of(
                "{index:09}{ext}",
                "{index:12}",
                "img/{index:09}-{host}",
                "{path}/{index:09}{ext}",
                "{host}/{index:010}_{col:x}"))
            assertTrue(NameTemplate.parse(unique).isUnique(), unique);
        for (var no : List.of(
                "{index:08}{ext}",
                "{index}",
                "x{index:09}",
                "{host}{index:09}",
                "{index:09}/{basename}",
                "{index:09}{path}",
                "{index:09}\\x",
                "{basename}")) assertFalse(NameTemplate.parse(no).isUnique(), no);
    }

    @Test
    void namesOfNumbersAndOfPeopleNeverMeet() {
        var template = NameTemplate.parse("img/{index:09}{ext}");
        var names = new EntryNames(template, null);
        var all = new java.util.HashSet<String>();
        var chosen = List.of(
                "img/000000002.jpg",
                "IMG",
                "img",
                "img/ 000000003",
                "000000001",
                "img/000000004.jpg/x",
                "img\\000000005.jpg",
                "img/0000\u200b00006.jpg",
                "img/00000001.jpg");
        for (int i = 0; i < 40; i++) {
            String name = i < chosen.size()
                    ? names.forName(chosen.get(i))
                    : names.forTemplate("img/%09d.jpg".formatted(i % 2 == 0 ? i - chosen.size() : 1000 + i));
            assertTrue(EntryNames.isSafe(name), name);
            assertTrue(all.add(EntryNames.fold(name)), name);
        }
        for (String name : all)
            for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1))
                assertFalse(all.contains(name.substring(0, slash)), name);
        for (String name : chosen) {
            var alone = new EntryNames(template, null).forName(name);
            assertFalse(alone.matches("(.*/)?\\d{9}.*"), name + " became " + alone);
        }
    }

    @Test
    void aLargeTableOfNamesIsAFileThatGoesWithTheRun(@TempDir Path temp) throws java.io.IOException {
        Path folder = temp.resolve("spool");
        var names = new NameSet(folder);
        for (int i = 0; i < 400_000; i++) names.put("n" + i, i);
        for (int i = 0; i < 400_000; i += 7) assertEquals(i, names.next("n" + i));
        assertFalse(names.contains("n400000"));
        assertTrue(Files.isDirectory(folder), "it was of use");
        assertEquals(List.of(), Archives.filesIn(folder), "it has no name, so that it is gone when the process is");
    }
}
