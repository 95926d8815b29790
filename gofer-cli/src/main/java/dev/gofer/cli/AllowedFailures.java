package dev.gofer.cli;

/** How many lines may fail in a run that still counts as a success: a number, or a share of all. */
record AllowedFailures(double number, boolean isShare) {
    static final AllowedFailures NONE = new AllowedFailures(0, false);

    /** {@code 20} or {@code 1.5%}. @throws IllegalArgumentException anything else */
    static AllowedFailures parse(String text) {
        var share = text.matches("[0-9]{1,3}(\\.[0-9]{1,6})?%");
        if (!share && !text.matches("[0-9]{1,12}"))
            throw new IllegalArgumentException("'" + text + "' is no number of failures: write for example 20 or 1.5%");
        var number = Double.parseDouble(share ? text.substring(0, text.length() - 1) : text);
        if (share && number > 100) throw new IllegalArgumentException("'" + text + "' is more than all");
        return new AllowedFailures(number, share);
    }

    boolean allows(long failed, long all) {
        return isShare ? failed * 100.0 <= number * all : failed <= number;
    }
}
