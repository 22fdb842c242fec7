package finch.search.evolve;

import java.util.ArrayList;
import java.util.List;

/** Points spread evenly over the simplex of non-negative weights that sum to 1 (Das and Dennis 1998). */
final class ReferenceDirections {
    private ReferenceDirections() {}

    /** All weights that are multiples of 1/{@code divisions}, in lexicographic order: C(dimension + divisions - 1, divisions) of them. */
    static List<double[]> of(int dimension, int divisions) {
        List<double[]> directions = new ArrayList<>();
        fill(directions, new int[dimension], 0, divisions, divisions);
        return directions;
    }

    private static void fill(List<double[]> directions, int[] parts, int at, int left, int divisions) {
        if (at == parts.length - 1) {
            parts[at] = left;
            double[] direction = new double[parts.length];
            for (int i = 0; i < direction.length; i++) {
                direction[i] = (double) parts[i] / divisions;
            }
            directions.add(direction);
            return;
        }
        for (int part = 0; part <= left; part++) {
            parts[at] = part;
            fill(directions, parts, at + 1, left - part, divisions);
        }
    }

    /** The most divisions, at least 1, that give no more than so many directions. */
    static int divisions(int dimension, int most) {
        int divisions = 1;
        while (dimension > 1 && count(dimension, divisions + 1) <= most) {
            divisions++;
        }
        return divisions;
    }

    private static long count(int dimension, int divisions) {
        long count = 1;
        for (int i = 1; i < dimension; i++) {
            // exact: a product of i consecutive numbers over i!
            count = count * (divisions + i) / i;
        }
        return count;
    }
}
