import module dev.gofer;

import static dev.gofer.Go.go;

void main() {
    var greeting = new Chan<String>();
    go(() -> greeting.send("hello from a goroutine"));
    IO.println(greeting.receive());
}
