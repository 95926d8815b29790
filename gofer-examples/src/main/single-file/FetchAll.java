import module dev.gofer;

import static dev.gofer.Go.go;

void main(String[] urls) {
    Go.main(() -> {
        var sizes = new Chan<String>();
        var wg = new WaitGroup();
        for (var url : urls) {
            wg.go(() -> sizes.send(url + ": " + fetch(url).length + " bytes"));
        }
        go(() -> {
            wg.await();
            sizes.close();
        });
        for (var size : sizes) {
            IO.println(size);
        }
    });
}

byte[] fetch(String url) throws IOException {
    try (var body = URI.create(url).toURL().openStream()) {
        return body.readAllBytes();
    }
}
