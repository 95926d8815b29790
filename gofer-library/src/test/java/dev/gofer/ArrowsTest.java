package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Imports inside the library point one way: dev.gofer.synctest to dev.gofer to dev.gofer.runtime to the JDK. */
class ArrowsTest {
    private static final Path CLASSES = Path.of("target", "classes", "dev", "gofer");
    private static final String OURS = "dev/gofer/";
    private static final String RUNTIME = "dev/gofer/runtime/";
    private static final String SYNCTEST = "dev/gofer/synctest/";

    @Test
    void theRuntimeKnowsNothingAboveIt() throws IOException {
        assertEquals(
                List.of(),
                references(CLASSES.resolve("runtime"), name -> name.startsWith(OURS) && !name.startsWith(RUNTIME)));
    }

    @Test
    void onlyTheRuntimeParksAndStartsThreads() throws IOException {
        var allowed = List.of(
                "LastWords -> java/util/concurrent/locks/LockSupport",
                "ProgramEnd -> java/util/concurrent/locks/LockSupport"); // it ends the JVM: nobody wakes from there
        assertEquals(allowed, references(CLASSES, name -> name.equals("java/util/concurrent/locks/LockSupport")));
        assertEquals(
                List.of(),
                references(CLASSES.resolve("synctest"), name -> name.equals("java/util/concurrent/locks/LockSupport")));
    }

    @Test
    void nobodyKnowsSynctest() throws IOException {
        for (var directory : List.of(CLASSES, CLASSES.resolve("runtime"))) {
            assertEquals(List.of(), references(directory, name -> name.startsWith(SYNCTEST)));
        }
    }

    @Test
    void theLibraryUsesTheJdkOnly() throws IOException {
        var allowed = List.of(
                "java/", "javax/management/", "jdk/management/", "com/sun/tools/attach/", OURS, "org/jspecify/");
        for (var directory : List.of(CLASSES, CLASSES.resolve("runtime"), CLASSES.resolve("synctest"))) {
            assertEquals(
                    List.of(), references(directory, name -> allowed.stream().noneMatch(name::startsWith)));
        }
    }

    private static List<String> references(Path directory, java.util.function.Predicate<String> forbidden)
            throws IOException {
        var found = new TreeSet<String>();
        int classes = 0;
        try (var files = Files.newDirectoryStream(directory, "*.class")) {
            for (var file : files) {
                classes++;
                var parsed = ClassFile.of().parse(file);
                StreamSupport.stream(parsed.constantPool().spliterator(), false)
                        .filter(ClassEntry.class::isInstance)
                        .map(entry -> ((ClassEntry) entry).asInternalName().replaceFirst("^\\[+L?", ""))
                        .filter(name -> name.contains("/") && forbidden.test(name))
                        .forEach(
                                name -> found.add(file.getFileName().toString().replace(".class", "") + " -> " + name));
            }
        }
        assertTrue(classes > 0, "no classes in " + directory);
        return List.copyOf(found);
    }
}
