package dev.gofer.fetch.archive;

import java.util.Locale;
import java.util.zip.Deflater;

/**
 * Whether and how hard the entries of a ZIP are compressed. A tar and a folder never are.
 *
 * @param isAuto whether what is compressed already, or hardly gets smaller, is stored as it is
 * @param level 1, quickest, to 9, smallest; 0 stores everything
 */
public record Compression(boolean isAuto, int level) {
    /** Stores what is compressed already, as most images are, or gains less than one part in twenty; deflates the rest. */
    public static final Compression AUTO = new Compression(true, 6);

    /** Stores everything. */
    public static final Compression STORE = new Compression(false, 0);

    /** Checks the level. */
    public Compression {
        if (level < Deflater.NO_COMPRESSION || level > Deflater.BEST_COMPRESSION)
            throw new IllegalArgumentException("compression is auto, store, or 0 to 9");
    }

    /**
     * {@return what a text says: {@code auto}, {@code store}, or a level from 0 to 9}
     *
     * @param text as it is written
     * @throws IllegalArgumentException where it says nothing of these
     */
    public static Compression parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "auto" -> AUTO;
            case "store", "0" -> STORE;
            default -> {
                if (!text.matches("[1-9]")) throw new IllegalArgumentException("compression is auto, store, or 0 to 9");
                yield new Compression(false, text.charAt(0) - '0');
            }
        };
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return isAuto ? "auto" : level == 0 ? "store" : Integer.toString(level);
    }
}
