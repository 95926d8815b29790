package dev.gofer.conformance;

import static dev.gofer.conformance.PowerSeries.binomial;
import static dev.gofer.conformance.PowerSeries.constant;
import static dev.gofer.conformance.PowerSeries.polynomial;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gofer.Asleep;
import dev.gofer.Context;
import dev.gofer.Go;
import dev.gofer.conformance.PowerSeries.Ratio;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: {@code test/chan/powser1.go} and {@code powser2.go}, hundreds of goroutines that ask each other for terms. */
@Timeout(60)
class PowserTest {
    private final int goroutinesBefore = Go.numGoroutine();
    private final Context.Cancellable ctx = Context.background().withCancel();

    @AfterEach
    void theEndOfTheContextEndsAllGoroutines() {
        ctx.cancel();
        Asleep.until(() -> Go.numGoroutine() <= goroutinesBefore);
    }

    @Test
    void powser1() {
        assertTerms("1 1 1 1 1", ones());
        assertTerms("3 3 3 3 3", ones().plus(constant(ctx, Ratio.of(2, 1))));
        assertTerms("1 2 3 4 5 6 7 8 9 10", ones().derivative());
        assertTerms("0 1 1/2 1/3 1/4 1/5 1/6 1/7 1/8 1/9", ones().integral(Ratio.ZERO));
        assertTerms("-2 -2 -2 -2 -2", constant(ctx, Ratio.of(2, 1)).times(Ratio.of(-1, 1)));
        assertTerms("-1 -1 -1 -1", ones().minus(constant(ctx, Ratio.of(2, 1))));
        assertTerms("1 2 3 4 5 6 7 8 9 10", ones().times(ones()));
        assertTerms("1 1 3/2 13/6 73/24 167/40 4051/720 37633/5040 43817/4480 4596553/362880", ones().exp());
        assertTerms(
                "0 1 0 -1/3 0 1/5 0 -1/7 0 1/9",
                ones().ofMonomial(Ratio.of(-1, 1), 2).integral(Ratio.ZERO)); // the arc tangent
    }

    @Test
    void powser2() {
        assertTerms("1 -1 0 0 0", ones().reciprocal().plus(polynomial(ctx, 0, 0, 0, 0, 0)));
        assertTerms("1 2 1", binomial(ctx, Ratio.of(2, 1)));
        assertTerms("1 1/2 -1/8 1/16 -5/128 7/256", binomial(ctx, Ratio.of(1, 2)));
        assertTerms("1 1 0 0 0 0 0", binomial(ctx, Ratio.of(1, 2)).times(binomial(ctx, Ratio.of(1, 2))));
        assertTerms("1 3 3 1", polynomial(ctx, 1, 1).times(polynomial(ctx, 1, 2, 1)));
        assertTerms("1 1 1/2 1/6 1/24 1/120", polynomial(ctx, 0, 1).exp());
        assertTerms("0 1 0 1/3 0 2/15 0 17/315 0 62/2835", polynomial(ctx, 1).riccati()); // the tangent
        assertTerms("1 1 2 4 8 16 32", ones().of(ones().shifted(Ratio.ZERO))); // 1/(1-x) of x/(1-x)
        // e to the power of log(1+x)
        assertTerms(
                "1 1 0 0 0 0 0",
                ones().ofMonomial(Ratio.of(-1, 1), 1).integral(Ratio.ZERO).exp());
    }

    private PowerSeries ones() {
        return constant(ctx, Ratio.ONE);
    }

    private static void assertTerms(String expected, PowerSeries series) {
        int count = expected.split(" ").length;
        assertEquals(expected, series.take(count).stream().map(Ratio::toString).collect(Collectors.joining(" ")));
    }
}
