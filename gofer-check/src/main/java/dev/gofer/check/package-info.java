/** What checks the library's algorithms beyond its tests: schedules out of a seed, and bugs planted to see whether they are found. */
@NullMarked
package dev.gofer.check;

import org.jspecify.annotations.NullMarked;
