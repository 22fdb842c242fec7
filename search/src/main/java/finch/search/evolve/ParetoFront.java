package finch.search.evolve;

import finch.search.config.Objective;
import finch.space.Genome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The feasible architectures that no other dominates, of all that were added. Of architectures with equal objectives the
 * first one added is kept.
 */
public final class ParetoFront {
    private final List<Objective> objectives;
    private final List<Member> members = new ArrayList<>();

    /** @param id number of the evaluation */
    public record Member(long id, Genome genome, Map<Objective, Estimate> values) {}

    public ParetoFront(List<Objective> objectives) {
        this.objectives = List.copyOf(objectives);
    }

    /** Whether the architecture is on the front now. */
    public boolean add(long id, Genome genome, Evaluation.Measured evaluation) {
        Member candidate = new Member(id, genome, evaluation.values());
        double[] point = point(candidate);
        for (Member member : members) {
            if (weaklyDominates(point(member), point)) {
                return false;
            }
        }
        members.removeIf(member -> weaklyDominates(point, point(member)));
        members.add(candidate);
        return true;
    }

    public int size() {
        return members.size();
    }

    /** From the best in the first objective to the worst; ties by the next objectives, then by number. */
    public List<Member> members() {
        Comparator<Member> order = Comparator.comparingDouble(m -> point(m)[0]);
        for (int i = 1; i < objectives.size(); i++) {
            int index = i;
            order = order.thenComparingDouble(m -> point(m)[index]);
        }
        return members.stream().sorted(order.thenComparingLong(Member::id)).toList();
    }

    /**
     * Index in {@link #members()} of the knee: the least sum of objectives, each scaled to its range on the front. With
     * two objectives that is the point furthest from the line through the front's ends (Das 1999).
     */
    public int knee() {
        List<Member> ordered = members();
        int best = -1;
        double bestSum = Double.POSITIVE_INFINITY;
        for (int i = 0; i < ordered.size(); i++) {
            double sum = 0;
            for (int k = 0; k < objectives.size(); k++) {
                int index = k;
                double min = ordered.stream().mapToDouble(m -> point(m)[index]).min().orElse(0);
                double max = ordered.stream().mapToDouble(m -> point(m)[index]).max().orElse(0);
                sum += max > min ? (point(ordered.get(i))[k] - min) / (max - min) : 0;
            }
            if (sum < bestSum) {
                bestSum = sum;
                best = i;
            }
        }
        return best;
    }

    private double[] point(Member member) {
        return objectives.stream().mapToDouble(o -> o.minimised(member.values().get(o).value())).toArray();
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
