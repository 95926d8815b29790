package dev.gofer.examples;

import static dev.gofer.Go.go;
import static dev.gofer.examples.DownloadImages.download;
import static dev.gofer.examples.DownloadImages.zip;

import dev.gofer.Go;

/** Packs the archive before the downloads are done. Do not copy it: {@link MendedDownload} is right. Tutorial, section 6. */
public final class BrokenDownload {
    // @start region=main
    public static void main(String[] urls) {
        Go.main(() -> {
            for (String url : urls) {
                go(() -> download(url));
            }
            zip("images.zip", "*.jpg"); // wrong: nobody has waited for the downloads
        });
    }
    // @end
}
