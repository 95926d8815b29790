package dev.gofer.synctest;

import dev.gofer.runtime.Chooser;
import dev.gofer.runtime.Member;
import java.util.Arrays;
import java.util.List;

/** Writes down what another one chooses. */
final class RecordingChooser implements Chooser {
    private final Chooser chooser;
    private int[] choices = new int[64];
    private int count;

    RecordingChooser(Chooser chooser) {
        this.chooser = chooser;
    }

    /** All choices so far, without the zeros at the end: those come by themselves. */
    int[] choices() {
        int length = count;
        while (length > 0 && choices[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(choices, length);
    }

    /** The number of choices so far. */
    int count() {
        return count;
    }

    @Override
    public boolean explores() {
        return chooser.explores();
    }

    @Override
    public int next(List<Member> candidates, boolean goesOn) {
        return noted(chooser.next(candidates, goesOn));
    }

    @Override
    public int choose(int bound) {
        return noted(chooser.choose(bound));
    }

    @Override
    public void yielded(Member member) {
        chooser.yielded(member);
    }

    private int noted(int choice) {
        if (count == choices.length) {
            choices = Arrays.copyOf(choices, 2 * count);
        }
        choices[count++] = choice;
        return choice;
    }
}
