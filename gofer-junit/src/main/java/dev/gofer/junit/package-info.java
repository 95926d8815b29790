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
 * <pre>{@code <argLine>--add-opens java.base/java.lang=ALL-UNNAMED -Djdk.trackAllThreads=false -Djdk.attach.allowAttachSelf=true
 * -XX:+EnableDynamicAgentLoading</argLine>}</pre>
 *
 * With the first, a bubble holds every virtual thread that the test starts, and is fast; without it, it holds goroutines only. The second lets the
 * garbage collector prove leaks; it has to be there when the JVM starts, since Surefire's own threads make the JVM read it before any test. With the third, the JDK's
 * own waits, clocks and pools are the bubble's as well, and schedules part in plain code ({@link dev.gofer.synctest}); the last keeps the JVM from
 * warning of that.
 */
package dev.gofer.junit;
