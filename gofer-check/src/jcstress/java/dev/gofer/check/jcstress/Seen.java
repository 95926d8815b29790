package dev.gofer.check.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Outcome;

/** What may come out where the second always gets what it waits for. */
@Outcome(id = "1", expect = ACCEPTABLE, desc = "what was written before is seen")
@Outcome(expect = FORBIDDEN, desc = "what was written before is not seen")
public final class Seen {
    private Seen() {}
}
