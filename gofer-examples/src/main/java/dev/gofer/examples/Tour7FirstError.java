package dev.gofer.examples;

import dev.gofer.Context;
import dev.gofer.ErrGroup;
import dev.gofer.Go;
import java.io.IOException;

/** An error group waits for all, cancels the others at the first error, and throws it. */
public final class Tour7FirstError {
    public static void main(String[] args) {
        // @start region=main
        Go.main(() -> {
            var group = ErrGroup.withContext(Context.background());
            for (int i = 1; i <= 3; i++) {
                int disk = i;
                group.go(() -> {
                    if (disk == 2) {
                        throw new IOException("disk 2 is full");
                    }
                    group.context().done().receive(); // the others would work on for ever
                });
            }
            try {
                group.await();
            } catch (IOException e) {
                System.out.println("stopped: " + e.getMessage());
            }
        });
        // @end
    }
}
