package finch.search.evolve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The order in which feasible networks of one rung deserve more: by the front that they stand in, within a front by how much room
 * is around them (Deb et al. 2002, sections III-A and III-B), then by evaluation. Fronts are found in lexicographic order, each
 * network being searched its front by bisection (Zhang et al. 2015, doi 10.1109/TEVC.2014.2308305, ENS-BS).
 */
final class CrowdedOrder {
    private CrowdedOrder() {}

    /** The fronts, best first, each in lexicographic order of the scores, the largest first. */
    static List<List<Score>> fronts(List<Score> scores) {
        List<Score> sorted = new ArrayList<>(scores);
        sorted.sort(Comparator.reverseOrder());
        List<List<Score>> fronts = new ArrayList<>();
        for (Score score : sorted) {
            int low = 0;
            int high = fronts.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (isDominated(score, fronts.get(middle))) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            if (low == fronts.size()) {
                fronts.add(new ArrayList<>());
            }
            fronts.get(low).add(score);
        }
        return fronts;
    }

    private static boolean isDominated(Score score, List<Score> front) {
        // the last ones are the nearest
        for (int i = front.size() - 1; i >= 0; i--) {
            if (Score.dominance(front.get(i), score) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Best first. */
    static List<Score> of(List<Score> scores) {
        List<Score> order = new ArrayList<>();
        for (List<Score> front : fronts(scores)) {
            double[] room = room(front);
            IntStream.range(0, front.size()).boxed().sorted(Comparator.comparingDouble((Integer i) -> -room[i]).thenComparing(i -> front.get(i).id()))
                    .forEach(i -> order.add(front.get(i)));
        }
        return order;
    }

    /** The crowding distance of each. */
    private static double[] room(List<Score> front) {
        double[] room = new double[front.size()];
        for (int k = 0; k < front.getFirst().dimension(); k++) {
            int element = k;
            Integer[] order = IntStream.range(0, front.size()).boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> front.get(i).element(element)).thenComparing(i -> front.get(i).id())).toArray(Integer[]::new);
            double range = front.get(order[order.length - 1]).element(k) - front.get(order[0]).element(k);
            room[order[0]] = Double.POSITIVE_INFINITY;
            room[order[order.length - 1]] = Double.POSITIVE_INFINITY;
            for (int i = 1; i < order.length - 1 && range > 0; i++) {
                room[order[i]] += (front.get(order[i + 1]).element(k) - front.get(order[i - 1]).element(k)) / range;
            }
        }
        return room;
    }
}
