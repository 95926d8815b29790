import org.jspecify.annotations.NullMarked;

/** The tutorial's programs and a short tour. Each is a {@code main}; {@code docs/tutorial.md} explains them in order. */
@NullMarked
module dev.gofer.examples {
    requires dev.gofer;
    requires dev.gofer.fetch;
    requires java.net.http;
    requires static org.jspecify;
}
