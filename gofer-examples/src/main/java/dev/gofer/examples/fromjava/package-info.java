/** Code as it is written with {@code java.util.concurrent}, beside the same with channels. {@code docs/from-java.md} explains the pairs. */
package dev.gofer.examples.fromjava;
