package finch.search.report;

import finch.search.evolve.Hypervolume;
import finch.search.report.JournalFacts.Improvement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the dominated hypervolume grew with the evaluations, of several searches on one scale: the reference point is the
 * worst of each objective among all that ever widened a front, and 1 is what all searches dominate together.
 */
final class HypervolumeCurve {
    /** Computed at so many improvements at most: more cannot be seen. */
    private static final int STEPS = 160;

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
        return new HypervolumeCurve(reference, points.isEmpty() ? 0 : Hypervolume.of(front(points), reference));
    }

    /** Whether there is a volume at all. */
    boolean isDrawn() {
        return whole > 0;
    }

    /** A point of the curve. @param share of the hypervolume that all searches dominate together */
    record Step(long evaluation, double share) {}

    /** @param evaluated where the curve ends */
    List<Step> of(List<Improvement> improvements, long evaluated) {
        List<Step> steps = new ArrayList<>();
        List<double[]> front = new ArrayList<>();
        int every = Math.max(1, improvements.size() / STEPS);
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

    private static List<double[]> front(List<double[]> points) {
        return points.stream().filter(p -> points.stream().noneMatch(q -> q != p && dominates(q, p) && !dominates(p, q))).toList();
    }

    private static boolean dominates(double[] a, double[] b) {
        return Stream.iterate(0, i -> i < a.length, i -> i + 1).allMatch(i -> a[i] <= b[i]);
    }
}
