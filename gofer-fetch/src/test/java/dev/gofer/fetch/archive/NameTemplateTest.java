package dev.gofer.fetch.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NameTemplateTest {
    private static final URI URL = URI.create("https://Example.com:8443/a%2Fb/c%20d/cat.tar.gz?size=1");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {index}                 | 41
            {index:09}{ext}         | 000000041.tar.gz
            {index:1}               | 41
            {host}/{basename}       | Example.com/cat.tar.gz
            {path}                  | a_b/c d/cat.tar.gz
            {stem}-x{ext}           | cat-x.tar.gz
            {sha256:8}              | its digits
            {col:id}_{col:none}     | .._x_
            a{{b}}{index}           | a{b}41
            fixed                   | fixed
            """)
    void fieldsStandForWhatIsKnownOfALine(String template, String name) {
        var columns = Map.of("id", "../x", "title", "T");
        if (template.equals("{sha256:8}")) {
            var whole = NameTemplate.parse("{sha256}").expand(URL, 41, columns);
            assertTrue(whole.matches("[0-9a-f]{64}"));
            assertEquals(whole.substring(0, 8), NameTemplate.parse(template).expand(URL, 41, columns));
            return;
        }
        assertEquals(name, NameTemplate.parse(template).expand(URL, 41, columns));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a{indx}        | 2 | {indx} is no field
            {}             | 1 | {} is no field
            ab{index       | 3 | a { without its }
            ab}            | 3 | a } without its {
            {index:x}      | 1 | a width of 1 to 20
            {index:99}     | 1 | a width of 1 to 20
            {sha256:0}     | 1 | 1 to 64 digits
            {sha256:65}    | 1 | 1 to 64 digits
            {col}          | 1 | lacks the name
            {host:3}       | 1 | takes no number
            """)
    void aMistakeTellsWhereItIsAndWhatThereIs(String template, int position, String what) {
        var problem = String.valueOf(assertThrows(IllegalArgumentException.class, () -> NameTemplate.parse(template))
                .getMessage());
        assertTrue(problem.startsWith("the name template is wrong at position " + position + ": "), problem);
        assertTrue(problem.contains(what) && problem.contains("{sha256:8}"), problem);
    }

    @Test
    void anEmptyTemplateIsNone() {
        assertThrows(IllegalArgumentException.class, () -> NameTemplate.parse(""));
    }

    @Test
    void itKnowsItsColumns() {
        assertEquals(
                Set.of("a", "b c"),
                NameTemplate.parse("{col:a}{index}{col:b c}{col:a}").columns());
    }

    @Test
    void whateverItGivesIsMadeSafeAndUnique() {
        var names = new EntryNames();
        var template = NameTemplate.parse("../{col:x}/{path}");
        for (var hostile : new String[] {"..", "", "CON", "a\\b", "\u0000", "/etc/passwd", ".", "x".repeat(500)}) {
            for (var url : new String[] {"http://h/", "http://h/..%2f..%2fetc", "http://h//a//b/."}) {
                var name = names.forName(template.expand(URI.create(url), 1, Map.of("x", hostile)));
                assertTrue(EntryNames.isSafe(name), name);
            }
        }
        var same = NameTemplate.parse("same{ext}");
        assertEquals("same.jpg", names.forName(same.expand(URI.create("http://h/a.jpg"), 0, Map.of())));
        assertEquals("same-2.jpg", names.forName(same.expand(URI.create("http://h/b.jpg"), 1, Map.of())));
    }
}
