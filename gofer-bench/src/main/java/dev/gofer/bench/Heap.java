package dev.gofer.bench;

/** The memory of this JVM. */
public final class Heap {
    private Heap() {}

    /** {@return the bytes of all that is live} After a collection of the whole heap. */
    public static long used() {
        System.gc();
        System.gc(); // what finalizers and cleaners held
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
