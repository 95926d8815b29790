package dev.gofer.oracle;

import java.util.List;

/**
 * A tiny concurrent program. It is a tree: each goroutine's body is where it is started, so it is started once at most.
 *
 * @param capacities of its channels; {@link #NIL} makes a nil channel
 * @param mutexes how many it has
 * @param groups how many WaitGroups it has
 * @param goroutines how many it has, main included, which is number 0
 * @param main what its main goroutine does
 */
record Program(List<Integer> capacities, int mutexes, int groups, int goroutines, List<Statement> main) {
    static final int NIL = -1;
}
