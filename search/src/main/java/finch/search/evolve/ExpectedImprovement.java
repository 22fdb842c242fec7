package finch.search.evolve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The hypervolume that a point is expected to add to a front (Emmerich 2005), by five-point Gauss–Hermite quadrature over
 * what is uncertain; all objectives minimised.
 */
final class ExpectedImprovement {
    private static final double[] NODES = {-2.8569700138728056, -1.3556261799742659, 0, 1.3556261799742659, 2.8569700138728056};
    private static final double[] WEIGHTS = {0.011257411327720682, 0.22207592200561264, 0.5333333333333333, 0.22207592200561264, 0.011257411327720682};

    private final double[] reference;
    private final List<double[]> front = new ArrayList<>();
    private double volume;

    ExpectedImprovement(double[] reference) {
        this.reference = reference;
    }

    void add(double[] point) {
        for (double[] other : front) {
            if (covers(other, point)) {
                return;
            }
        }
        front.removeIf(other -> covers(point, other));
        front.add(point);
        front.sort(Comparator.comparingDouble(p -> p[0]));
        volume = reference.length == 2 ? 0 : Hypervolume.of(front, reference);
    }

    private static boolean covers(double[] a, double[] b) {
        for (int i = 0; i < a.length; i++) {
            if (a[i] > b[i]) {
                return false;
            }
        }
        return true;
    }

    double of(double[] mean, double[] deviation) {
        double expected = 0;
        double[] point = new double[mean.length];
        for (int q = 0; q < NODES.length; q++) {
            for (int k = 0; k < point.length; k++) {
                point[k] = mean[k] + NODES[q] * deviation[k];
            }
            expected += WEIGHTS[q] * improvement(point);
        }
        return expected;
    }

    double improvement(double[] point) {
        for (int k = 0; k < point.length; k++) {
            if (!(point[k] < reference[k])) {
                return 0;
            }
        }
        if (point.length == 2) {
            return area(point);
        }
        for (double[] other : front) {
            if (covers(other, point)) {
                return 0;
            }
        }
        List<double[]> grown = new ArrayList<>(front);
        grown.add(point);
        return Math.max(0, Hypervolume.of(grown, reference) - volume);
    }

    /** Steps of the front, from the left, between the point and the reference. */
    private double area(double[] point) {
        double area = 0;
        double left = point[0];
        double top = reference[1];
        for (double[] member : front) {
            if (member[0] > left) {
                if (top > point[1]) {
                    area += (member[0] - left) * (top - point[1]);
                }
                left = member[0];
            }
            top = Math.min(top, member[1]);
            if (top <= point[1]) {
                return area;
            }
        }
        return area + Math.max(0, reference[0] - left) * (top - point[1]);
    }
}
