package dev.gofer.conformance;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.select;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.Go;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A power series as a goroutine that computes the next coefficient when asked for it, after McIlroy's "Squinting at Power Series". A series
 * that ends is followed by zeros.
 */
final class PowerSeries {
    /* Who wants a term sends into `ask`, then receives from `answer`. At its end a series closes `answer`, and nobody takes from `ask` any
     * more: so a select on both tells a term to come from the end. */
    private final Context ctx;
    private final Chan<Boolean> ask = new Chan<>();
    private final Chan<Ratio> answer = new Chan<>();

    private PowerSeries(Context ctx) {
        this.ctx = ctx;
    }

    /** An exact rational number, reduced; the denominator is positive. */
    record Ratio(BigInteger num, BigInteger den) {
        static final Ratio ZERO = of(0, 1);
        static final Ratio ONE = of(1, 1);

        static Ratio of(long num, long den) {
            return reduced(BigInteger.valueOf(num), BigInteger.valueOf(den));
        }

        private static Ratio reduced(BigInteger num, BigInteger den) {
            var divisor = den.signum() < 0 ? num.gcd(den).negate() : num.gcd(den);
            return new Ratio(num.divide(divisor), den.divide(divisor));
        }

        Ratio plus(Ratio other) {
            return reduced(num.multiply(other.den).add(other.num.multiply(den)), den.multiply(other.den));
        }

        Ratio times(Ratio other) {
            return reduced(num.multiply(other.num), den.multiply(other.den));
        }

        Ratio inverse() {
            return reduced(den, num);
        }

        Ratio negated() {
            return new Ratio(num.negate(), den);
        }

        @Override
        public String toString() {
            return den.equals(BigInteger.ONE) ? num.toString() : num + "/" + den;
        }
    }

    /** What computes the terms: it waits for each to be asked for, then answers; the series ends when it returns. */
    @FunctionalInterface
    private interface Generator {
        void run(PowerSeries out);
    }

    // For generators

    private void awaitAsk() {
        next(ask);
    }

    private void put(Ratio term) {
        awaitAsk();
        answer.send(term);
    }

    private void copy(PowerSeries from) {
        while (true) {
            awaitAsk();
            var term = from.get();
            if (term == null) {
                return;
            }
            answer.send(term);
        }
    }

    private static PowerSeries make(Context ctx, Generator generator) {
        var series = new PowerSeries(ctx);
        Go.go(ctx, () -> {
            generator.run(series);
            series.answer.close();
        });
        return series;
    }

    // For those who want terms

    /** The next term; null at the end. */
    private @Nullable Ratio get() {
        return select(onSend(ask, true), onReceive(answer)) == 0 ? answer.receive() : null;
    }

    /** The next terms of two series, asked for at the same time: {@code result} gets them. */
    private static void getBoth(PowerSeries u, PowerSeries v, @Nullable Ratio[] result) {
        var series = new PowerSeries[] {u, v};
        var asked = new boolean[2];
        var over = new boolean[2];
        result[0] = null;
        result[1] = null;
        while (!over[0] || !over[1]) {
            var answers = List.of(
                    onReceive(u.answer).when(!over[0]), onReceive(v.answer).when(!over[1]));
            int chosen = select(
                    onSend(series[0].ask, true).when(!over[0] && !asked[0]),
                    onSend(series[1].ask, true).when(!over[1] && !asked[1]),
                    answers.get(0),
                    answers.get(1));
            if (chosen < 2) {
                asked[chosen] = true;
            } else {
                over[chosen - 2] = true;
                result[chosen - 2] = answers.get(chosen - 2).value();
            }
        }
    }

    /** The first terms; fewer at the end. */
    List<Ratio> take(int count) {
        var terms = new ArrayList<Ratio>();
        for (int i = 0; i < count; i++) {
            var term = get();
            if (term == null) {
                break;
            }
            terms.add(term);
        }
        return terms;
    }

    // Series

    /** c + cx + cx² + … */
    static PowerSeries constant(Context ctx, Ratio c) {
        return make(ctx, out -> {
            while (true) {
                out.put(c);
            }
        });
    }

    static PowerSeries polynomial(Context ctx, long... coefficients) {
        return make(ctx, out -> {
            for (long c : coefficients) {
                out.put(Ratio.of(c, 1));
            }
        });
    }

    /** (1 + x) to the power of c. */
    static PowerSeries binomial(Context ctx, Ratio c) {
        return make(ctx, out -> {
            var term = Ratio.ONE;
            var left = c;
            for (int n = 1; !term.equals(Ratio.ZERO); n++) {
                out.put(term);
                term = term.times(left).times(Ratio.of(1, n));
                left = left.plus(Ratio.of(-1, 1));
            }
        });
    }

    PowerSeries plus(PowerSeries other) {
        return make(ctx, out -> {
            var terms = new @Nullable Ratio[2];
            while (true) {
                out.awaitAsk();
                getBoth(this, other, terms);
                var u = terms[0];
                var v = terms[1];
                if (u == null && v == null) {
                    return;
                }
                out.answer.send((u == null ? Ratio.ZERO : u).plus(v == null ? Ratio.ZERO : v));
            }
        });
    }

    PowerSeries times(Ratio c) {
        return map((i, term) -> term.times(c));
    }

    PowerSeries minus(PowerSeries other) {
        return plus(other.times(Ratio.of(-1, 1)));
    }

    PowerSeries times(PowerSeries other) {
        return make(ctx, out -> {
            out.awaitAsk();
            var terms = new @Nullable Ratio[2];
            getBoth(this, other, terms);
            var u = terms[0];
            var v = terms[1];
            if (u == null || v == null) {
                return;
            }
            out.answer.send(u.times(v));
            var us = split();
            var vs = other.split();
            var crossed = vs.first().times(u).plus(us.first().times(v));
            out.awaitAsk();
            var second = crossed.get();
            if (second == null) {
                return;
            }
            out.answer.send(second);
            out.copy(crossed.plus(us.second().times(vs.second())));
        });
    }

    PowerSeries derivative() {
        return make(ctx, out -> {
            out.awaitAsk();
            var term = get();
            for (int i = 1; term != null; i++) {
                term = get();
                if (term != null) {
                    out.answer.send(term.times(Ratio.of(i, 1)));
                    out.awaitAsk();
                }
            }
        });
    }

    /** The integral whose constant term is {@code c}. */
    PowerSeries integral(Ratio c) {
        return map((i, term) -> term.times(Ratio.of(1, i + 1))).shifted(c);
    }

    /** c + x * this. */
    PowerSeries shifted(Ratio c) {
        return make(ctx, out -> {
            out.put(c);
            out.copy(this);
        });
    }

    /** 1 / this. */
    PowerSeries reciprocal() {
        return make(ctx, out -> {
            out.awaitAsk();
            var u = get();
            if (u == null) {
                throw new ArithmeticException("1/0");
            }
            var z = u.inverse();
            out.answer.send(z);
            var tail = new Pair(ctx);
            times(z.negated()).times(tail.first().shifted(z)).splitInto(tail);
            out.copy(tail.second());
        });
    }

    /** e to the power of this; the constant term counts as 0. */
    PowerSeries exp() {
        var result = new Pair(ctx);
        result.first().times(derivative()).integral(Ratio.ONE).splitInto(result);
        return result.second();
    }

    /** The solution of z' = this + z², z(0) = 0: for 1 that is the tangent. */
    PowerSeries riccati() {
        var result = new Pair(ctx);
        var factors = new Pair(ctx);
        result.first().splitInto(factors);
        plus(factors.first().times(factors.second())).integral(Ratio.ZERO).splitInto(result);
        return result.second();
    }

    /** This with {@code inner}, whose constant term counts as 0, for x. */
    PowerSeries of(PowerSeries inner) {
        return make(ctx, out -> {
            out.awaitAsk();
            var u = get();
            if (u == null) {
                return;
            }
            out.answer.send(u);
            var inners = inner.split();
            if (inners.first().get() != null) {
                out.copy(inners.first().times(of(inners.second())));
            }
        });
    }

    /** This with c * x to the power of n for x. */
    PowerSeries ofMonomial(Ratio c, int n) {
        return make(ctx, out -> {
            var power = Ratio.ONE;
            while (true) {
                out.awaitAsk();
                var u = get();
                if (u == null) {
                    return;
                }
                out.answer.send(u.times(power));
                power = power.times(c);
                for (int i = 1; i < n; i++) {
                    out.put(Ratio.ZERO);
                }
            }
        });
    }

    private interface TermFunction {
        Ratio apply(int index, Ratio term);
    }

    private PowerSeries map(TermFunction function) {
        return make(ctx, out -> {
            for (int i = 0; ; i++) {
                out.awaitAsk();
                var term = get();
                if (term == null) {
                    return;
                }
                out.answer.send(function.apply(i, term));
            }
        });
    }

    // Two readers

    /** Two series that are equal; each may be read at its own pace. */
    record Pair(PowerSeries first, PowerSeries second) {
        private Pair(Context ctx) {
            this(new PowerSeries(ctx), new PowerSeries(ctx));
        }
    }

    private Pair split() {
        var pair = new Pair(ctx);
        splitInto(pair);
        return pair;
    }

    private void splitInto(Pair pair) {
        Go.go(ctx, () -> {
            var readers = List.of(new Reader(pair.first()), new Reader(pair.second()));
            var a = readers.get(0);
            var b = readers.get(1);
            boolean asked = false;
            boolean over = false;
            while (true) {
                for (var reader : readers) {
                    reader.serve(over);
                }
                if (a.gone && b.gone) {
                    return;
                }
                boolean wanted = !over && (a.waits || b.waits);
                var term = onReceive(answer);
                switch (select(
                        onReceive(a.series.ask).when(!a.waits && !a.gone),
                        onReceive(b.series.ask).when(!b.waits && !b.gone),
                        onSend(ask, true).when(wanted && !asked),
                        term.when(wanted || asked))) {
                    case 0 -> a.waits = true;
                    case 1 -> b.waits = true;
                    case 2 -> asked = true;
                    default -> {
                        asked = false;
                        var value = term.value();
                        if (value == null) {
                            over = true;
                        } else {
                            a.queue.add(value);
                            b.queue.add(value);
                        }
                    }
                }
            }
        });
    }

    private static final class Reader {
        final PowerSeries series;
        final Queue<Ratio> queue = new ArrayDeque<>(); // terms that the other reader has had already
        boolean waits; // has asked
        boolean gone;

        Reader(PowerSeries series) {
            this.series = series;
        }

        void serve(boolean over) {
            if (!waits) {
                return;
            }
            var term = queue.poll();
            if (term != null) {
                waits = false;
                series.answer.send(term);
            } else if (over) {
                waits = false;
                gone = true;
                series.answer.close();
            }
        }
    }
}
