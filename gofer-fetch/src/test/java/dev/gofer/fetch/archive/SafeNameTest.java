package dev.gofer.fetch.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short ways, held against the long ones. */
final class SafeNameTest {
    private static final String[] PARTS = {
        "a",
        "Z",
        "0",
        "9",
        "_",
        "-",
        ".",
        "con",
        "NUL",
        "lpt1",
        "com9",
        "aux",
        "prn",
        "tar",
        "gz",
        "jpg",
        " ",
        "/",
        "\\",
        "$",
        "é",
        "K",
        "İ",
        "0123456789".repeat(10)
    };

    @Test
    void whatIsPlainIsSafeAsItStands() {
        var dice = new Random(1);
        int plain = 0;
        for (int i = 0; i < 200_000; i++) {
            var name = new StringBuilder();
            for (int parts = 1 + dice.nextInt(5); parts > 0; parts--) name.append(PARTS[dice.nextInt(PARTS.length)]);
            if (!SafeName.isPlain(name.toString())) continue;
            plain++;
            assertEquals(name.toString(), SafeName.pass(name.toString()));
        }
        assertTrue(plain > 20_000, "plain: " + plain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"000001.jpg", "image_id-3.php", "7", "1.jpg", "README", "archive.tar.gz", ".hidden-file"})
    void mostNamesArePlain(String name) {
        assertEquals(!name.startsWith("."), SafeName.isPlain(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "-rf",
                "con",
                "con.txt",
                "NUL.tar.gz",
                "lpt1.jpg",
                "name.",
                "a b",
                "a/b",
                "a\\b",
                "a:b",
                "é.jpg"
            })
    void whatNeedsALookIsNotPlain(String name) {
        assertFalse(SafeName.isPlain(name));
    }

    @Test
    void foldingIsTheSameTheShortWay() {
        var dice = new Random(2);
        for (int i = 0; i < 100_000; i++) {
            var name = new StringBuilder();
            for (int parts = dice.nextInt(5); parts > 0; parts--) name.append(PARTS[dice.nextInt(PARTS.length)]);
            var text = name.toString();
            assertEquals(
                    SafeName.nfc(text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT)), EntryNames.fold(text), text);
        }
    }
}
