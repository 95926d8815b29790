package dev.gofer.synctest;

import dev.gofer.runtime.Chooser;
import dev.gofer.runtime.Member;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Runs the candidate of the highest priority; priorities are drawn, and changed at a few steps that are drawn, too. Finds a bug that takes
 * {@code depth} ordered steps with a probability of 1 / (n k^(depth-1)) at least, for n goroutines and k steps (Burckhardt and others: A
 * Randomized Scheduler with Probabilistic Guarantees of Finding Bugs, ASPLOS 2010).
 */
final class PctChooser implements Chooser {
    private static final int MOST_STEPS_ALONE = 1_000; // while others are ready: it may wait in a loop for one of them

    private final SplittableRandom random;
    private final long[] changes; // the steps before which who runs falls to the bottom; ascending
    private int changesDone;
    private long steps;
    private int stepsAlone;
    private long bottom; // the lowest priority that has been given
    private long[] priorities = new long[8]; // by number of goroutine; 0: not drawn yet

    /** {@code length} is the number of steps to expect. */
    PctChooser(long seed, int depth, long length) {
        random = new SplittableRandom(seed);
        changes = new long[Math.max(0, depth - 1)];
        Arrays.setAll(changes, i -> random.nextLong(Math.max(1, length)));
        Arrays.sort(changes);
    }

    @Override
    public boolean explores() {
        return true;
    }

    @Override
    public int next(List<Member> candidates, boolean goesOn) {
        long step = steps++;
        int best = best(candidates);
        while (changesDone < changes.length && changes[changesDone] <= step) {
            changesDone++;
            priorities[candidates.get(best).number()] = --bottom;
            best = best(candidates);
        }
        if (goesOn && best == 0) {
            if (++stepsAlone > MOST_STEPS_ALONE) {
                yielded(candidates.getFirst());
                stepsAlone = 0;
                best = best(candidates);
            }
        } else {
            stepsAlone = 0;
        }
        return best;
    }

    private int best(List<Member> candidates) {
        int best = 0;
        for (int i = 1; i < candidates.size(); i++) {
            if (priority(candidates.get(i)) > priority(candidates.get(best))) {
                best = i;
            }
        }
        return best;
    }

    private long priority(Member member) {
        int number = member.number();
        if (number >= priorities.length) {
            priorities = Arrays.copyOf(priorities, Math.max(number + 1, 2 * priorities.length));
        }
        if (priorities[number] == 0) {
            priorities[number] = 1 + random.nextLong(Long.MAX_VALUE - 1);
        }
        return priorities[number];
    }

    @Override
    public int choose(int bound) {
        return random.nextInt(bound);
    }

    @Override
    public void yielded(Member member) {
        priority(member);
        priorities[member.number()] = --bottom; // or it would wait in a loop for one that never runs
    }
}
