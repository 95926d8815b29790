package dev.gofer.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** What was measured, on its way to file, table and picture. */
class ResultsTest {
    private static final Results RESULTS = new Results(
            Map.of("machine", "two \"fast\" ones"),
            List.of("Go", "Gofer", "Jox"),
            List.of(
                    cell("ChanSync", 1, Map.of("Go", 100.0, "Gofer", 50.0, "Jox", 25.0)),
                    cell("ChanSync", 2, Map.of("Go", 100.0, "Gofer", 200.0)),
                    cell("Mutex", 1, Map.of("Go", 8.0, "Gofer", 1.0)),
                    cell("BytesPerGoroutine", 1, Map.of("Go", 2_000.0, "Gofer", 500.0))));

    private static Cell cell(String name, int procs, Map<String, Double> medians) {
        var row = Row.all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        var figures = new LinkedHashMap<String, Cell.Figures>();
        medians.forEach((side, median) -> figures.put(
                side, new Cell.Figures(List.of(median * 2, median, median / 2), side.equals("Jox") ? "stuck" : "")));
        return new Cell(row, procs, figures);
    }

    @Test
    void whatIsReadIsWhatWasWritten(@TempDir Path folder) throws Exception {
        var file = folder.resolve("results.json");
        RESULTS.write(file);
        assertEquals(RESULTS, Results.read(file));
    }

    @Test
    void theFootTellsMeansAndWhoIsBehind() {
        var foot = new Report(RESULTS.sides(), RESULTS.facts()).foot(RESULTS.cells());
        assertTrue(foot.contains("Go       0.50 of 3 rows, 1 above 1.00   1 P: 0.25 of 2 rows, 0 above 1.00"), foot);
        assertTrue(foot.contains("2 P: 2.00 of 1 rows, 1 above 1.00   memory: 0.25"), foot);
        assertTrue(foot.contains("behind Go, 2 P: ChanSync 2.00\n"), foot);
        assertTrue(foot.contains("behind Jox, 1 P: ChanSync 2.00\n"), foot);
    }

    @Test
    void thePictureHasAPointForEachSideOfEachRow() throws Exception {
        var svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(Plot.svg(RESULTS.cells()))));
        assertEquals(5, svg.getElementsByTagName("title").getLength());
    }
}
