package dev.gofer.fetch.archive;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/** Every call that changes the disk goes through here, so that tests can make each of them fail once. */
interface Disk {
    Disk REAL = new Disk() {};

    default FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, options);
    }

    default void createFolder(Path folder) throws IOException {
        Files.createDirectory(folder);
    }

    /** Gives an existing file a second name; fails if the name is taken, without a race. */
    default void link(Path name, Path existing) throws IOException {
        Files.createLink(name, existing);
    }

    /** Renames atomically; a file of the new name is replaced. */
    default void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Copies to a file that must not exist. */
    default void copy(Path from, Path to) throws IOException {
        Files.copy(from, to);
    }

    /** Sets when a file was changed, in seconds since 1970. */
    default void setModified(Path file, long seconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(seconds, TimeUnit.SECONDS));
    }

    /** Bytes that may still be written where a file is; as many as one likes where nobody can tell. */
    default long free(Path file) throws IOException {
        long free = Files.getFileStore(file).getUsableSpace();
        return free == 0 && Files.getFileStore(file).getTotalSpace() == 0 ? Long.MAX_VALUE : free;
    }

    default void deleteIfExists(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** Makes names in a folder durable. Windows offers no such call and needs none. */
    default void syncFolder(Path folder) throws IOException {
        if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) return;
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
