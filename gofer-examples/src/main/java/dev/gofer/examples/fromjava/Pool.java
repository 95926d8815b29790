package dev.gofer.examples.fromjava;

import dev.gofer.Context;
import dev.gofer.ErrGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The sizes of many files are asked for, four at a time; the first trouble ends it. */
final class Pool {
    // @start region=before
    static List<Long> sizesByExecutor(List<Path> files) throws Exception {
        try (var pool = Executors.newFixedThreadPool(4)) {
            var futures = new ArrayList<Future<Long>>();
            for (var file : files) {
                futures.add(pool.submit(() -> Files.size(file)));
            }
            var sizes = new ArrayList<Long>();
            for (var future : futures) {
                sizes.add(
                        future.get()); // an ExecutionException around the trouble; then close waits for all the others
            }
            return sizes;
        }
    }
    // @end

    // @start region=after
    static List<Long> sizesByGroup(List<Path> files) throws Exception {
        var sizes = new Long[files.size()];
        var group = ErrGroup.withContext(Context.background());
        group.setLimit(4); // go waits while four are running
        for (int i = 0; i < sizes.length; i++) {
            int index = i;
            group.go(() -> sizes[index] = Files.size(files.get(index)));
        }
        group.await(); // throws the first trouble itself, once it has interrupted the others and they have ended
        return List.of(sizes);
    }
    // @end

    private Pool() {}
}
