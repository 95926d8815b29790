/** Long load on the real schedulers: what goes in comes out, once each, and nothing piles up. */
@NullMarked
package dev.gofer.check.stress;

import org.jspecify.annotations.NullMarked;
