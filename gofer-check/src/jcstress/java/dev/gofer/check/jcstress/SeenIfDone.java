package dev.gofer.check.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Outcome;

/** What may come out where the second only tries. */
@Outcome(id = "-1", expect = ACCEPTABLE, desc = "it came first: nothing to be seen")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "what was written before is seen")
@Outcome(expect = FORBIDDEN, desc = "what was written before is not seen")
public final class SeenIfDone {
    private SeenIfDone() {}
}
