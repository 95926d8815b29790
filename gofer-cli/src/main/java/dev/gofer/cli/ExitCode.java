package dev.gofer.cli;

/** What the command tells the shell. 130 and 143 are the shell's own words for SIGINT and SIGTERM: interrupted, and resumable. */
final class ExitCode {
    static final int OK = 0;
    static final int SOME_FAILED = 1;
    static final int USAGE = 2;
    static final int INPUT = 3;
    static final int OUTPUT = 4;
    static final int ALL_FAILED = 5;
    static final int INTEGRITY = 6;
    static final int LIMIT = 7;
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
