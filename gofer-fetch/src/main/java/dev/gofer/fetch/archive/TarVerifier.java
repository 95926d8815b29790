package dev.gofer.fetch.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

/** Checks a tar. It has a checksum of each header, and none of the data: what the data should be only a manifest knows. */
final class TarVerifier {
    private TarVerifier() {}

    static void verify(FileChannel channel, Findings findings) throws IOException {
        var tar = new TarReader(channel);
        for (TarReader.Entry entry; (entry = tar.next()) != null; ) {
            if (entry.type() == '5') continue; // a folder
            findings.entry();
            findings.name(entry.name());
            if (entry.isFile()) data(channel, entry, findings);
            else findings.problem(entry.name() + " is no file, but a link or a device");
        }
        if (!tar.hasEnded()) findings.problem("the blocks that end a tar are missing: it is cut off");
        else if (!isZero(channel, tar.position())) findings.problem("there are stray bytes behind the end");
    }

    private static void data(FileChannel channel, TarReader.Entry entry, Findings findings) throws IOException {
        MessageDigest sha = findings.digest(entry.name());
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        for (long left = entry.size(); left > 0; left -= buffer.position()) {
            buffer.clear().limit((int) Math.min(left, buffer.capacity()));
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, entry.start() + entry.size() - left + buffer.position()) < 0)
                    throw new IOException("the file shrinks while it is read");
            }
            if (sha != null) sha.update(buffer.array(), 0, buffer.position());
        }
        findings.bytes(entry.size());
        findings.content(entry.name(), entry.size(), sha);
    }

    /** Other programs fill their last record with zeros; two blocks there must be. */
    private static boolean isZero(FileChannel channel, long from) throws IOException {
        if (channel.size() - from < TarFormat.END_BYTES) return false;
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        for (long at = from; channel.read(buffer.clear(), at) >= 0; at += buffer.position()) {
            for (int i = 0; i < buffer.position(); i++) if (buffer.get(i) != 0) return false;
        }
        return true;
    }
}
