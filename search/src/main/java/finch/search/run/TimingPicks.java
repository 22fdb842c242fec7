package finch.search.run;

import finch.search.config.Objective;
import finch.search.evolve.Estimate;
import finch.search.evolve.ParetoFront;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Chooses the members of a front that are worth timing: the best, the knee, those nearest in latency to a reference, and
 * then what halves the largest gap between them. The fast end of a front, with networks far worse than any reference,
 * is reached only when nothing between is left.
 */
final class TimingPicks {
    private TimingPicks() {}

    /** At most {@code top} indices of the front's members, ascending. */
    static List<Integer> of(List<ParetoFront.Member> members, int knee, List<ReferencePoint> references, int top) {
        TreeSet<Integer> picked = new TreeSet<>();
        IntStream wanted = IntStream.concat(IntStream.of(0, knee), references.stream().map(r -> r.values().get(Objective.LATENCY))
                .flatMap(latency -> nearest(members, latency).stream()).mapToInt(i -> i));
        wanted.forEach(i -> {
            if (picked.size() < top) {
                picked.add(i);
            }
        });
        while (picked.size() < Math.min(top, members.size())) {
            picked.add(next(picked));
        }
        return List.copyOf(picked);
    }

    private static Optional<Integer> nearest(List<ParetoFront.Member> members, Estimate latency) {
        return latency == null ? Optional.empty() : IntStream.range(0, members.size()).boxed()
                .filter(i -> members.get(i).values().containsKey(Objective.LATENCY))
                .min(Comparator.comparingDouble(i -> Math.abs(Math.log(members.get(i).values().get(Objective.LATENCY).value() / latency.value()))));
    }

    /** The middle of the widest gap; without one, the next beyond. */
    private static int next(TreeSet<Integer> picked) {
        int before = picked.first();
        int middle = picked.last() + 1;
        int widest = 1;
        for (int i : picked.tailSet(before, false)) {
            if (i - before > widest) {
                widest = i - before;
                middle = before + widest / 2;
            }
            before = i;
        }
        return middle;
    }
}
