package dev.gofer.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.gofer.Chan;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Go: {@code test/chan/perm.go} and {@code test/makechan.go}: what the compiler refuses of ends of channels and of sizes. */
@Timeout(60)
class PermTest {
    /** Each line that ends with ERROR must be refused; no other. */
    private static final String PROGRAM = """
            import static dev.gofer.Go.*;
            import dev.gofer.*;

            class Perm {
                static void test(Chan<Integer> c, SendChan<Integer> cs, ReceiveChan<Integer> cr, Integer n) {
                    cr = c;
                    cs = c;
                    c = cr; // ERROR
                    c = cs; // ERROR
                    cr = cs; // ERROR
                    cs = cr; // ERROR

                    n.receive(); // ERROR
                    n.send(2); // ERROR

                    c.send(0);
                    Integer x = c.receive();
                    cr.send(0); // ERROR
                    cr.trySend(0); // ERROR
                    x = cr.receive();
                    x = cr.tryReceive();
                    cs.send(0);
                    x = cs.receive(); // ERROR
                    x = cs.tryReceive(); // ERROR
                    c.send("0"); // ERROR

                    select(onSend(c, 0), onReceive(c));
                    onSend(cr, 0); // ERROR
                    select(onReceive(cr));
                    select(onSend(cs, 0));
                    onReceive(cs); // ERROR
                    onSend(c, "0"); // ERROR

                    for (int v : c) {}
                    for (int v : cr) {}
                    for (int v : cs) {} // ERROR

                    c.close();
                    cs.close();
                    cr.close(); // ERROR
                    n.close(); // ERROR
                }

                static void makechan() {
                    new Chan<Byte>(10);
                    new Chan<Byte>(1L << 62); // ERROR
                    new Chan<Byte>(0.5); // ERROR
                    new Chan<Byte>(1.0f); // ERROR
                    new Chan<Byte>("1"); // ERROR
                }

                static final class Mine<T> implements SendChan<T> { // ERROR
                    public void send(T value) {}
                    public boolean trySend(T value) { return false; }
                    public void close() {}
                    public boolean isClosed() { return false; }
                    public int len() { return 0; }
                    public int cap() { return 0; }
                }
            }
            """;

    @Test
    void permAndMakechan(@TempDir Path directory) throws IOException, URISyntaxException, InterruptedException {
        var source = Files.writeString(directory.resolve("Perm.java"), PROGRAM);
        var output = directory.resolve("output").toFile();
        var library =
                Path.of(Objects.requireNonNull(Chan.class.getProtectionDomain().getCodeSource())
                        .getLocation()
                        .toURI());
        var compiler = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                        "-J-XX:TieredStopAtLevel=1",
                        "-proc:none",
                        "-J-Duser.language=en",
                        "-cp",
                        String.join(
                                File.pathSeparator, // the annotations are in one of the latter: javac stumbles
                                // without them
                                library.toString(),
                                System.getProperty("java.class.path", ""),
                                System.getProperty("jdk.module.path", "")),
                        "-d",
                        directory.toString(),
                        source.toString())
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        compiler.waitFor();
        var said = Files.readString(output.toPath(), StandardCharsets.UTF_8);
        var refused = new TreeSet<Integer>();
        Pattern.compile("Perm\\.java:(\\d+): error:")
                .matcher(said)
                .results()
                .forEach(result -> refused.add(Integer.valueOf(result.group(1))));
        var expected = new TreeSet<Integer>();
        var lines = PROGRAM.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).endsWith("// ERROR")) {
                expected.add(i + 1);
            }
        }
        assertFalse(expected.isEmpty());
        assertEquals(expected, refused, said);
    }
}
