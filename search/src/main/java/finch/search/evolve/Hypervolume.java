package finch.search.evolve;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The volume that points dominate up to a reference point (Zitzler and Thiele 1998); all objectives minimised. */
public final class Hypervolume {
    private Hypervolume() {}

    /** Exact, by slicing along the last objective; points not better than the reference in every objective count nothing. */
    public static double of(List<double[]> points, double[] reference) {
        List<double[]> inside = points.stream().filter(p -> below(p, reference)).toList();
        return volume(inside, reference, reference.length);
    }

    private static double volume(List<double[]> points, double[] reference, int dimensions) {
        if (points.isEmpty()) {
            return 0;
        }
        int last = dimensions - 1;
        if (dimensions == 1) {
            return reference[0] - points.stream().mapToDouble(p -> p[0]).min().orElseThrow();
        }
        List<double[]> sorted = points.stream().sorted(Comparator.comparingDouble(p -> p[last])).toList();
        if (dimensions == 2) {
            return area(sorted, reference);
        }
        double volume = 0;
        for (int i = 0; i < sorted.size(); i++) {
            double top = i + 1 < sorted.size() ? sorted.get(i + 1)[last] : reference[last];
            double depth = top - sorted.get(i)[last];
            if (depth > 0) {
                volume += depth * volume(sorted.subList(0, i + 1), reference, dimensions - 1);
            }
        }
        return volume;
    }

    private static double area(List<double[]> sortedBySecond, double[] reference) {
        double area = 0;
        double left = reference[0];
        for (double[] point : sortedBySecond) {
            if (point[0] < left) {
                area += (left - point[0]) * (reference[1] - point[1]);
                left = point[0];
            }
        }
        return area;
    }

    private static boolean below(double[] point, double[] reference) {
        if (point.length != reference.length) {
            throw new IllegalArgumentException("a point of " + point.length + " objectives and a reference of " + Arrays.toString(reference));
        }
        for (int i = 0; i < point.length; i++) {
            if (!(point[i] < reference[i])) {
                return false;
            }
        }
        return true;
    }
}
