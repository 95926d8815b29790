/** Unpacks gzip, strictly: for lists and for bodies. */
@NullMarked
package dev.gofer.fetch.gzip;

import org.jspecify.annotations.NullMarked;
