package dev.gofer.synctest;

import dev.gofer.runtime.Chooser;
import dev.gofer.runtime.Member;
import java.util.List;

/** Chooses as a list says; after its end always the first candidate: who runs goes on, then who has waited longest. */
final class ReplayChooser implements Chooser {
    private final int[] choices;
    private int used;

    ReplayChooser(int[] choices) {
        this.choices = choices;
    }

    @Override
    public boolean explores() {
        return true;
    }

    @Override
    public int next(List<Member> candidates, boolean goesOn) {
        return choose(candidates.size());
    }

    @Override
    public int choose(int bound) {
        int choice = used < choices.length ? choices[used] : 0;
        used++;
        return Math.min(choice, bound - 1);
    }

    @Override
    public void yielded(Member member) {
        // who yields has queued up behind the others
    }
}
