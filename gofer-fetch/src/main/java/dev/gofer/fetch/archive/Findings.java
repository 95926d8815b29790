package dev.gofer.fetch.archive;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a check has found so far: faults, each a sentence, and counts; and the names, which have to be safe and distinct. */
final class Findings {
    private static final int KEPT = 100;

    private final Expected expected;
    private final NameSet names = new NameSet();
    private final List<String> problems = new ArrayList<>();
    private long problemCount;
    private long entries;
    private long bytes;
    private long met; // of those that are expected
    private long compared;

    Findings(Expected expected) {
        this.expected = expected;
    }

    void entry() {
        entries++;
    }

    void bytes(long more) {
        bytes += more;
    }

    void name(String name) {
        if (!EntryNames.isSafe(name)) problem(name + " is not a name that is safe to extract everywhere");
        String folded = EntryNames.fold(name);
        if (names.contains(folded)) problem(name + " is there twice, but for case or Unicode form");
        names.put(folded, 0);
    }

    /** To be fed with the entry's bytes for {@link #content}; null where nothing is known of them. */
    @Nullable
    MessageDigest digest(String name) {
        if (!expected.contains(name)) return null;
        met++;
        return Spool.sha256();
    }

    /** Holds an entry's bytes against what is known of them. */
    void content(String name, long size, @Nullable MessageDigest digest) {
        if (digest == null) return;
        compared++;
        if (!expected.isSize(name, size)) problem(name + " has not the size that the manifest tells");
        else if (!expected.isHash(name, digest.digest())) problem(name + " has a wrong SHA-256");
    }

    void problem(String sentence) {
        if (problemCount++ < KEPT) problems.add(escaped(sentence));
    }

    ArchiveVerifier.Report report(Path archive) {
        if (expected.size() > met) problem(expected.size() - met + " entries of the manifest are missing");
        return new ArchiveVerifier.Report(archive, entries, bytes, compared, List.copyOf(problems), problemCount);
    }

    /** Names come from strangers, and the sentence goes to a terminal. */
    static String escaped(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)
                out.append(String.format("\\u%04x", c));
            else out.appendCodePoint(c);
        });
        return out.toString();
    }
}
