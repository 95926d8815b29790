package dev.gofer.examples;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HelloGoTest {
    @Test
    void aGoroutineRunsBesideMainWithTheLocalsOfItsCall() throws Exception {
        Program.run(HelloGo.class).assertPrinted("main goes on", "f(1, 2, 3) = 6", "local 1, field 2");
    }

    @Test
    void aSourceFileThatImportsTheModuleRunsWithoutABuild(@TempDir Path directory) throws Exception {
        Program.start(directory, Path.of("src", "main", "single-file", "Hello.java"))
                .end()
                .assertPrinted("hello from a goroutine");
    }
}
