package dev.gofer.examples;

import static dev.gofer.Go.go;
import static dev.gofer.examples.DownloadImages.download;
import static dev.gofer.examples.DownloadImages.zip;

import dev.gofer.Go;
import dev.gofer.WaitGroup;

/** {@link BrokenDownload}, mended by a wait group that is counted by hand. Tutorial, section 7. */
public final class MendedDownload {
    // @start region=main
    public static void main(String[] urls) {
        Go.main(() -> {
            var wg = new WaitGroup();
            wg.add(urls.length);
            for (String url : urls) {
                go(() -> {
                    try {
                        download(url);
                    } finally {
                        wg.done();
                    }
                });
            }
            wg.await();
            zip("images.zip", "*.jpg");
        });
    }
    // @end
}
