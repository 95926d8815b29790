package dev.gofer.oracle;

import dev.gofer.oracle.Oracle.Subject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;

/** What Go showed of one thousand programs, written down for where there is no Go. */
final class Corpus {
    static final long SEED = 1;
    static final int PROGRAMS = 1000;

    /* After comments, for each program a line with its number and a digest of its source in Go, then a line for each outcome. */
    private static final String NAME = "corpus.txt";

    private Corpus() {}

    static void write(Oracle oracle, Path file, int runs) throws IOException {
        var text = new StringBuilder()
                .append("# What Go 1.26 showed of the programs of seed %d, in %d runs on 1, 2 and 4 processors each%n"
                        .formatted(oracle.seed, runs))
                .append("# To write it anew: scripts/oracle record\n");
        for (var subject : oracle.subjects) {
            text.append(subject.number).append(' ').append(digest(subject)).append('\n');
            subject.shownByGo.forEach(outcome -> text.append(outcome).append('\n'));
        }
        Files.writeString(file, text);
    }

    /** Fills in what Go showed. Gives the numbers of programs that are not those of the corpus: the generator has changed. */
    static List<Integer> read(Oracle oracle) throws IOException {
        var strange = new ArrayList<Integer>();
        Subject subject = null;
        for (var line : lines()) {
            if (line.startsWith("#")) {
                continue;
            }
            if (Character.isDigit(line.charAt(0))) {
                int space = line.indexOf(' ');
                subject = oracle.subjects.get(Integer.parseInt(line.substring(0, space)));
                if (!digest(subject).equals(line.substring(space + 1))) {
                    strange.add(subject.number);
                }
            } else {
                Objects.requireNonNull(subject, "an outcome after its program")
                        .shownByGo
                        .add(line);
            }
        }
        return strange;
    }

    private static List<String> lines() throws IOException {
        try (var stream = Objects.requireNonNull(Corpus.class.getResourceAsStream(NAME), NAME)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    private static String digest(Subject subject) {
        var crc = new CRC32();
        crc.update(GoText.of(subject.program).getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(crc.getValue());
    }
}
