package dev.gofer.fetch.archive;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * Reads an archive the way a suspicious stranger would, sharing nothing with the writer but the numbers of the format. Every byte is read, names
 * must be safe and distinct on every system, and what is known of the content beforehand must be true.
 */
public final class ArchiveVerifier {
    private ArchiveVerifier() {}

    /**
     * What was found.
     *
     * @param archive the file or folder
     * @param entries number of entries read
     * @param bytes their size together, unpacked
     * @param compared entries that were held against a known SHA-256
     * @param problems one sentence each, in the order found, the first 100; control characters escaped
     * @param problemCount of all problems
     */
    public record Report(
            Path archive, long entries, long bytes, long compared, List<String> problems, long problemCount) {
        /** {@return whether nothing is wrong} */
        public boolean isWhole() {
            return problemCount == 0;
        }
    }

    /**
     * Checks structure and names, and in a ZIP the CRC of each entry.
     *
     * @param archive a ZIP, a tar, or a folder
     * @return what was found
     * @throws IOException if the file cannot be read; a damaged one is a report
     */
    public static Report verify(Path archive) throws IOException {
        return verify(archive, new Expected());
    }

    /**
     * The same, and the SHA-256 of the entries named in {@code sha256}, each of which must be there.
     *
     * @param archive a ZIP, a tar, or a folder
     * @param sha256 by name; 32 bytes each
     * @return what was found
     * @throws IOException if the file cannot be read; a damaged one is a report
     */
    public static Report verify(Path archive, Map<String, byte[]> sha256) throws IOException {
        var expected = new Expected();
        sha256.forEach((name, hash) -> expected.add(name, -1, hash));
        return verify(archive, expected);
    }

    /**
     * The same, with sizes.
     *
     * @param archive a ZIP, a tar, or a folder
     * @param expected what its entries must be; each of these must be there
     * @return what was found
     * @throws IOException if the file cannot be read; a damaged one is a report
     */
    public static Report verify(Path archive, Expected expected) throws IOException {
        var findings = new Findings(expected);
        try {
            if (archive.getFileName() == null) throw new IOException("it is the root of the file system, no archive");
            if (Files.isDirectory(archive, NOFOLLOW_LINKS)) {
                FolderVerifier.verify(archive, findings);
            } else {
                try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.READ)) {
                    if (isTar(archive, channel)) TarVerifier.verify(channel, findings);
                    else ZipVerifier.verify(channel, findings);
                }
            }
        } catch (ZipWindow.Unreadable e) {
            findings.problem(String.valueOf(e.getMessage()));
        }
        return findings.report(archive);
    }

    /** By its content; where that tells nothing, as of an empty file, by its name. */
    static boolean isTar(Path archive, FileChannel channel) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(TarFormat.BLOCK);
        while (head.hasRemaining() && channel.read(head, head.position()) >= 0) {}
        if (head.position() >= 2 && head.get(0) == 'P' && head.get(1) == 'K') return false;
        if (!head.hasRemaining() && TarReader.isHeader(head.flip())) return true;
        return ArchiveFormat.ofName(archive) == ArchiveFormat.TAR;
    }
}
