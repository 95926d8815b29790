/**
 * The happens-before edges of {@code docs/memory.md} under jcstress: the one thread writes plain memory, then does what comes first; the other
 * does what comes then, and must see what was written. {@code x} is that memory everywhere. A class is one edge, and has its name in that table.
 */
@NullMarked
package dev.gofer.check.jcstress;

import org.jspecify.annotations.NullMarked;
