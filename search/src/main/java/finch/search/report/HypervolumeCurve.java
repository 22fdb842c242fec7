package finch.search.report;

import finch.search.evolve.Hypervolume;
import finch.search.report.JournalFacts.Improvement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * How the dominated hypervolume grew with the evaluations, of several searches on one scale: the reference point is the
 * worst of each objective among all that ever widened a front, and 1 is what all searches dominate together.
 */
final class HypervolumeCurve {
    /** Computed at so many improvements at most: more cannot be seen. */
    private static final int STEPS = 160;
    /** Comparisons that a curve may cost, about a second of them. */
    private static final double BUDGET = 3e8;

    private final double[] reference;
    private final double whole;

    private HypervolumeCurve(double[] reference, double whole) {
        this.reference = reference;
        this.whole = whole;
    }

    /** @param searches improvements of each */
    static HypervolumeCurve over(Collection<List<Improvement>> searches) {
        List<double[]> points = searches.stream().flatMap(List::stream).map(Improvement::point).toList();
        int objectives = points.isEmpty() ? 0 : points.getFirst().length;
        double[] reference = new double[objectives];
        for (int i = 0; i < objectives; i++) {
            int index = i;
            reference[i] = points.stream().mapToDouble(p -> p[index]).max().orElse(0);
        }
        List<double[]> front = front(points);
        return new HypervolumeCurve(reference, points.isEmpty() || steps(front.size(), objectives) < 2 ? 0 : Hypervolume.of(front, reference));
    }

    /** How many volumes of a front of this size the budget allows: the exact one grows with a power of the size. */
    private static int steps(int size, int objectives) {
        double one = 12 * Math.pow(Math.max(size, 2), Math.max(1, objectives - 1));
        return (int) Math.min(STEPS, BUDGET / one);
    }

    /** Whether there is a volume at all, and one that is not too dear. */
    boolean isDrawn() {
        return whole > 0;
    }

    /** A point of the curve. @param share of the hypervolume that all searches dominate together */
    record Step(long evaluation, double share) {}

    /** @param evaluated where the curve ends */
    List<Step> of(List<Improvement> improvements, long evaluated) {
        List<Step> steps = new ArrayList<>();
        List<double[]> front = new ArrayList<>();
        int wanted = Math.max(1, steps(last(improvements).size(), reference.length));
        int every = (improvements.size() + wanted - 1) / wanted;
        double share = 0;
        for (int i = 0; i < improvements.size(); i++) {
            double[] point = improvements.get(i).point();
            front.removeIf(other -> dominates(point, other));
            front.add(point);
            if (i % every == 0 || i == improvements.size() - 1) {
                share = Hypervolume.of(front, reference) / whole;
                steps.add(new Step(improvements.get(i).evaluation(), share));
            }
        }
        if (!steps.isEmpty() && steps.getLast().evaluation() < evaluated) {
            steps.add(new Step(evaluated, share));
        }
        return steps;
    }

    private static List<double[]> last(List<Improvement> improvements) {
        return front(improvements.stream().map(Improvement::point).toList());
    }

    /** The points that no other dominates; of equal ones the last. */
    private static List<double[]> front(List<double[]> points) {
        List<double[]> front = new ArrayList<>();
        for (double[] point : points) {
            if (front.stream().noneMatch(other -> dominates(other, point) && !dominates(point, other))) {
                front.removeIf(other -> dominates(point, other));
                front.add(point);
            }
        }
        return front;
    }

    private static boolean dominates(double[] a, double[] b) {
        for (int i = 0; i < a.length; i++) {
            if (a[i] > b[i]) {
                return false;
            }
        }
        return true;
    }
}
