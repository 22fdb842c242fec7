package finch.search.evolve;

import finch.search.config.Objective;
import finch.space.Genome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The feasible architectures that no other dominates, of all that were added. Of architectures with equal objectives the
 * first one added is kept.
 */
public final class ParetoFront {
    private final List<Objective> objectives;
    /** Sorted by their points, element by element; no two points are equal. */
    private final List<Placed> placed = new ArrayList<>();
    private int rung;

    /** @param id number of the evaluation */
    public record Member(long id, Genome genome, Map<Objective, Estimate> values) {}

    /** @param point objectives in their order, smaller is better */
    private record Placed(double[] point, Member member) {}

    public ParetoFront(List<Objective> objectives) {
        this.objectives = List.copyOf(objectives);
    }

    /**
     * Whether the architecture is on the front now.
     *
     * @throws IllegalArgumentException if its figures are of another rung of a ladder than those before
     */
    public boolean add(long id, Genome genome, Evaluation.Measured evaluation) {
        int own = evaluation.rung();
        if (!placed.isEmpty() && own != rung) {
            throw new IllegalArgumentException("figures of the rungs " + rung + " and " + own + " do not compare");
        }
        rung = own;
        double[] point = point(evaluation.values());
        int at = Collections.binarySearch(placed, new Placed(point, null), Comparator.comparing(Placed::point, Arrays::compare));
        if (at >= 0) {
            return false;
        }
        int next = -at - 1;
        // whatever dominates it stands before it; with two objectives the one just before has the least second of these
        int furthest = objectives.size() > 2 ? 0 : Math.max(0, next - 1);
        for (int i = next - 1; i >= furthest; i--) {
            if (weaklyDominates(placed.get(i).point(), point)) {
                return false;
            }
        }
        removeDominated(point, next);
        placed.add(next, new Placed(point, new Member(id, genome, evaluation.values())));
        return true;
    }

    private void removeDominated(double[] point, int from) {
        if (objectives.size() > 2) {
            placed.subList(from, placed.size()).removeIf(other -> weaklyDominates(point, other.point()));
            return;
        }
        int end = from;
        while (end < placed.size() && weaklyDominates(point, placed.get(end).point())) {
            end++;
        }
        placed.subList(from, end).clear();
    }

    public int size() {
        return placed.size();
    }

    /** From the best in the first objective to the worst; ties by the next objectives. */
    public List<Member> members() {
        return placed.stream().map(Placed::member).toList();
    }

    /**
     * Index in {@link #members()} of the knee: the least sum of objectives, each scaled to its range on the front. With
     * two objectives that is the point furthest from the line through the front's ends (Das 1999).
     */
    public int knee() {
        int dimension = objectives.size();
        double[] min = new double[dimension];
        double[] max = new double[dimension];
        for (int k = 0; k < dimension; k++) {
            int index = k;
            min[k] = placed.stream().mapToDouble(p -> p.point()[index]).min().orElse(0);
            max[k] = placed.stream().mapToDouble(p -> p.point()[index]).max().orElse(0);
        }
        int best = -1;
        double bestSum = Double.POSITIVE_INFINITY;
        for (int i = 0; i < placed.size(); i++) {
            double sum = 0;
            for (int k = 0; k < dimension; k++) {
                sum += max[k] > min[k] ? (placed.get(i).point()[k] - min[k]) / (max[k] - min[k]) : 0;
            }
            if (sum < bestSum) {
                bestSum = sum;
                best = i;
            }
        }
        return best;
    }

    private double[] point(Map<Objective, Estimate> values) {
        double[] point = new double[objectives.size()];
        for (int k = 0; k < point.length; k++) {
            // no negative zero, which would sort before the zero that it equals
            point[k] = objectives.get(k).minimised(values.get(objectives.get(k)).value()) + 0.0;
        }
        return point;
    }

    private static boolean weaklyDominates(double[] a, double[] b) {
        for (int i = 0; i < a.length; i++) {
            if (a[i] > b[i]) {
                return false;
            }
        }
        return true;
    }
}
