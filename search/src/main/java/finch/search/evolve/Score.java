package finch.search.evolve;

import finch.search.config.Objective;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Fitness of an evaluated genome, larger is better in every element. Unique by its evaluation number, since architectures
 * are evaluated once.
 *
 * <p>Domination under constraints (Deb et al. 2002, definition 1): a feasible one dominates every infeasible one; of two
 * infeasible ones that with the smaller total violation; of two feasible ones on a ladder that of the higher rung, whatever the
 * figures, which do not compare; else as usual. Dominance is a partial order and is never sorted by; {@link #compareTo} is a total
 * order of its own that Jenetics asks for.
 */
final class Score implements Comparable<Score> {
    /** Violation of a failed evaluation: worse than any miss of a bound, finite so that distances stay numbers. */
    static final double FAILED = 1e12;

    private final long id;
    private final double violation;
    private final int rung;
    private final double[] elements;

    private Score(long id, double violation, int rung, double[] elements) {
        this.id = id;
        this.violation = violation;
        this.rung = rung;
        this.elements = elements;
    }

    static Score of(Outcome outcome, List<Objective> objectives) {
        return of(outcome, values -> {
            double[] elements = new double[objectives.size()];
            for (int k = 0; k < elements.length; k++) {
                elements[k] = -objectives.get(k).minimised(Evaluation.figure(values, objectives.get(k)).value());
            }
            return elements;
        }, objectives.size());
    }

    /** @param elementsOf {@code dimension} numbers of a feasible outcome's values, larger is better */
    static Score of(Outcome outcome, Function<Map<Objective, Estimate>, double[]> elementsOf, int dimension) {
        double[] elements = new double[dimension];
        double violation = switch (outcome.evaluation()) {
            case Evaluation.Measured m -> {
                elements = elementsOf.apply(m.values());
                yield 0;
            }
            case Evaluation.Infeasible i -> Math.min(i.totalViolation(), FAILED / 2);
            case Evaluation.Failed f -> FAILED;
        };
        if (violation > 0) {
            Arrays.fill(elements, -violation);
        }
        return new Score(outcome.id(), violation, violation > 0 ? 0 : outcome.evaluation().rung(), elements);
    }

    long id() {
        return id;
    }

    boolean feasible() {
        return violation == 0;
    }

    /** Of a ladder; 0 without one, and of all that are infeasible. */
    int rung() {
        return rung;
    }

    int dimension() {
        return elements.length;
    }

    double element(int i) {
        return elements[i];
    }

    /** 1 if {@code a} dominates {@code b}, -1 the other way round, else 0. */
    static int dominance(Score a, Score b) {
        if (a.violation != b.violation) {
            return a.violation < b.violation ? 1 : -1;
        }
        if (a.rung != b.rung) {
            return a.rung > b.rung ? 1 : -1;
        }
        boolean better = false;
        boolean worse = false;
        for (int i = 0; i < a.elements.length; i++) {
            better |= a.elements[i] > b.elements[i];
            worse |= a.elements[i] < b.elements[i];
        }
        return better == worse ? 0 : better ? 1 : -1;
    }

    static int compareElement(Score a, Score b, int index) {
        return Double.compare(a.elements[index], b.elements[index]);
    }

    static double distance(Score a, Score b, int index) {
        return a.elements[index] - b.elements[index];
    }

    @Override
    public int compareTo(Score other) {
        int byViolation = Double.compare(other.violation, violation);
        if (byViolation != 0) {
            return byViolation;
        }
        if (rung != other.rung) {
            return Integer.compare(rung, other.rung);
        }
        int byElements = Arrays.compare(elements, other.elements);
        return byElements != 0 ? byElements : Long.compare(other.id, id);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Score s && s.id == id;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }
}
