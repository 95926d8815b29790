/**
 * Annotations for tests of concurrent code with JUnit 6.
 *
 * <ul>
 *   <li>{@link dev.gofer.junit.Bubble @Bubble}: time is virtual, the test waits for all goroutines, a deadlock fails it;
 *   <li>{@link dev.gofer.junit.Schedules @Schedules}: the same, again and again with other choices of who runs next;
 *   <li>{@link dev.gofer.junit.NoLeaks @NoLeaks}: fails a test that leaves goroutines behind that nothing can wake.
 * </ul>
 *
 * <p>With Maven it takes the dependency {@code dev.gofer:gofer-junit} in scope {@code test}, and for Surefire
 *
 * <pre>{@code <argLine>--add-opens java.base/java.lang=ALL-UNNAMED</argLine>}</pre>
 *
 * With that, a bubble holds every virtual thread that the test starts, and is fast. Without it, it holds goroutines only.
 */
package dev.gofer.junit;
