package dev.gofer.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"gofer " + number() + " (Java " + Runtime.version() + ")"};
    }

    private static String number() {
        var number = Version.class.getPackage().getImplementationVersion();
        return number == null ? "(not built by Maven)" : number;
    }
}
