/**
 * The one seam under everything: parks, unparks, tells time, starts goroutines and knows them all.
 *
 * <p>{@code Chan}, {@code Select}, {@code Mutex} and the others call this package and nothing below it. A scheduler, virtual time, a leak
 * check or a trace is built here once, and every primitive has it. Not exported.
 *
 * <ul>
 *   <li>{@link dev.gofer.runtime.Goroutine} is one goroutine, {@link dev.gofer.runtime.Registry} all of them;
 *   <li>{@link dev.gofer.runtime.Waiter} is one goroutine's wait, {@link dev.gofer.runtime.WaitQueue} the FIFO of those who wait for the
 *       same thing, {@link dev.gofer.runtime.Ticket} ties the waits of one {@code select} together;
 *   <li>{@link dev.gofer.runtime.Park} puts goroutines to sleep and wakes them, {@link dev.gofer.runtime.SpinLock} guards the state of a
 *       primitive, {@link dev.gofer.runtime.Time} is the clock.
 * </ul>
 */
package dev.gofer.runtime;
