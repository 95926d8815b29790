package dev.gofer.fetch.archive;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.stream.Stream;

/** Checks a folder of files: that each can be read, is a plain file and no link, and is what a manifest says of it. */
final class FolderVerifier {
    private FolderVerifier() {}

    static void verify(Path folder, Findings findings) throws IOException {
        if (StateFolder.isUnfinished(folder))
            findings.problem("its run is unfinished: the same command goes on from there");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Iterator<Path> all = files.iterator(); all.hasNext(); ) {
                Path file = all.next();
                if (Files.isDirectory(file, NOFOLLOW_LINKS)) continue;
                String name = folder.relativize(file).toString().replace(File.separatorChar, '/');
                findings.entry();
                findings.name(name);
                if (Files.isRegularFile(file, NOFOLLOW_LINKS)) data(file, name, findings);
                else findings.problem(name + " is no file, but a link or a device");
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void data(Path file, String name, Findings findings) throws IOException {
        MessageDigest sha = findings.digest(name);
        long size = 0;
        var buffer = new byte[64 * 1024];
        try (InputStream in = Files.newInputStream(file, NOFOLLOW_LINKS)) {
            for (int n; (n = in.read(buffer)) >= 0; size += n) if (sha != null) sha.update(buffer, 0, n);
        }
        findings.bytes(size);
        findings.content(name, size, sha);
    }
}
