/** Lincheck's model checker against the structures, on platform threads: are all operations that do not wait linearizable? */
@NullMarked
package dev.gofer.check.lincheck;

import org.jspecify.annotations.NullMarked;
