package finch.search.evolve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Chooses who lives on by reference directions (Deb and Jain 2014, doi 10.1109/TEVC.2013.2281535, algorithms 2 to 4): the
 * objectives are scaled to the plane through the extreme points, everyone belongs to the nearest direction, and the
 * directions with fewest members are served first.
 */
final class Niching {
    /** Weight of the other axes when the extreme point of one is looked for. */
    private static final double OTHER_AXES = 1e-6;
    private static final double FLAT = 1e-10;

    private final List<double[]> directions;
    private final double[] squares;

    Niching(List<double[]> directions) {
        this.directions = directions;
        this.squares = directions.stream().mapToDouble(d -> Arrays.stream(d).map(x -> x * x).sum()).toArray();
    }

    /**
     * Members of {@code last} that join {@code chosen}.
     *
     * @param chosen feasible, already taken @param last feasible, more than {@code wanted}
     * @param first  the non-dominated ones among both
     */
    List<Score> join(List<Score> chosen, List<Score> last, List<Score> first, int wanted, SplittableRandom random) {
        List<Score> all = new ArrayList<>(chosen);
        all.addAll(last);
        double[] ideal = ideal(all);
        double[] scale = scale(first, ideal);
        int[] members = new int[directions.size()];
        for (Score score : chosen) {
            members[nearest(score, ideal, scale).direction()]++;
        }
        List<List<Place>> waiting = new ArrayList<>();
        directions.forEach(d -> waiting.add(new ArrayList<>()));
        for (Score score : last) {
            Place place = nearest(score, ideal, scale);
            waiting.get(place.direction()).add(place);
        }
        List<Score> joining = new ArrayList<>();
        while (joining.size() < wanted) {
            int[] open = IntStream.range(0, members.length).filter(d -> !waiting.get(d).isEmpty()).toArray();
            int fewest = IntStream.of(open).map(d -> members[d]).min().orElseThrow();
            int[] lonely = IntStream.of(open).filter(d -> members[d] == fewest).toArray();
            int direction = lonely[random.nextInt(lonely.length)];
            List<Place> places = waiting.get(direction);
            int taken = fewest == 0 ? closest(places) : random.nextInt(places.size());
            joining.add(places.remove(taken).score());
            members[direction]++;
        }
        return joining;
    }

    /** Where a score belongs. */
    private record Place(Score score, int direction, double distance) {}

    private static int closest(List<Place> places) {
        return IntStream.range(0, places.size()).reduce((a, b) -> places.get(b).distance() < places.get(a).distance() ? b : a).orElseThrow();
    }

    private Place nearest(Score score, double[] ideal, double[] scale) {
        double[] point = new double[ideal.length];
        double length = 0;
        for (int k = 0; k < point.length; k++) {
            point[k] = (cost(score, k) - ideal[k]) / scale[k];
            length += point[k] * point[k];
        }
        int nearest = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int d = 0; d < squares.length; d++) {
            double product = 0;
            for (int k = 0; k < point.length; k++) {
                product += point[k] * directions.get(d)[k];
            }
            double distance = length - product * product / squares[d];
            if (distance < least) {
                least = distance;
                nearest = d;
            }
        }
        return new Place(score, nearest, least);
    }

    private static double cost(Score score, int k) {
        return -score.element(k);
    }

    private static double[] ideal(List<Score> scores) {
        return IntStream.range(0, scores.getFirst().dimension()).mapToDouble(k -> scores.stream().mapToDouble(s -> cost(s, k)).min().orElseThrow()).toArray();
    }

    /** Intercepts of the plane through the extreme points; where there is no such plane, the range of the front. */
    private static double[] scale(List<Score> front, double[] ideal) {
        int n = ideal.length;
        double[] range = new double[n];
        double[][] plane = new double[n][n + 1];
        for (int axis = 0; axis < n; axis++) {
            Score extreme = extreme(front, ideal, axis);
            for (int k = 0; k < n; k++) {
                plane[axis][k] = cost(extreme, k) - ideal[k];
                double own = ideal[k];
                int index = k;
                range[k] = Math.max(FLAT, front.stream().mapToDouble(s -> cost(s, index)).max().orElseThrow() - own);
            }
            plane[axis][n] = 1;
        }
        double[] slopes = solve(plane);
        for (int k = 0; k < n; k++) {
            double intercept = slopes.length == 0 ? Double.NaN : 1 / slopes[k];
            if (!(intercept > FLAT) || intercept > 1e6 * range[k]) {
                return range;
            }
            slopes[k] = intercept;
        }
        return slopes;
    }

    /** The point that is worst in one objective and good in the others: the least scalarizing achievement. */
    private static Score extreme(List<Score> front, double[] ideal, int axis) {
        Score extreme = front.getFirst();
        double least = Double.POSITIVE_INFINITY;
        for (Score score : front) {
            double worst = 0;
            for (int k = 0; k < ideal.length; k++) {
                worst = Math.max(worst, (cost(score, k) - ideal[k]) / (k == axis ? 1 : OTHER_AXES));
            }
            if (worst < least) {
                least = worst;
                extreme = score;
            }
        }
        return extreme;
    }

    /** Gaussian elimination with row pivots; empty if the rows depend on each other. */
    private static double[] solve(double[][] rows) {
        int n = rows.length;
        for (int column = 0; column < n; column++) {
            int pivot = column;
            for (int r = column + 1; r < n; r++) {
                pivot = Math.abs(rows[r][column]) > Math.abs(rows[pivot][column]) ? r : pivot;
            }
            double[] swapped = rows[pivot];
            rows[pivot] = rows[column];
            rows[column] = swapped;
            if (Math.abs(swapped[column]) < FLAT) {
                return new double[0];
            }
            for (int r = 0; r < n; r++) {
                double factor = r == column ? 0 : rows[r][column] / swapped[column];
                for (int c = column; c <= n; c++) {
                    rows[r][c] -= factor * swapped[c];
                }
            }
        }
        return IntStream.range(0, n).mapToDouble(i -> rows[i][n] / rows[i][i]).toArray();
    }
}
