package dev.gofer.synctest;

import dev.gofer.runtime.Chooser;
import dev.gofer.runtime.Member;
import java.util.List;
import java.util.SplittableRandom;

/** Each candidate is as likely as any other. */
final class RandomChooser implements Chooser {
    private final SplittableRandom random;
    private final boolean explores;

    RandomChooser(long seed, boolean explores) {
        this.random = new SplittableRandom(seed);
        this.explores = explores;
    }

    @Override
    public boolean explores() {
        return explores;
    }

    @Override
    public int next(List<Member> candidates, boolean goesOn) {
        return random.nextInt(candidates.size());
    }

    @Override
    public int choose(int bound) {
        return random.nextInt(bound);
    }

    @Override
    public void yielded(Member member) {
        // its turn comes by chance, and so does that of the others
    }
}
