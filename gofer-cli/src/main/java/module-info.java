import org.jspecify.annotations.NullMarked;

/** The {@code gofer} command. */
@NullMarked
module dev.gofer.cli {
    requires dev.gofer;
    requires dev.gofer.fetch;
    requires info.picocli;
    requires java.logging;
    requires jdk.unsupported; // for Signals
    requires static org.jspecify;

    opens dev.gofer.cli to
            info.picocli; // it reads the options' annotations and sets their fields
}
