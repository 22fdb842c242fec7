package finch.accuracy;

import java.util.List;

/**
 * Observations as numbers.
 *
 * @param features raw features per row
 * @param globals  how many of them are global
 * @param recipe   index into {@code recipes} per row
 * @param dense    index of the recipe with most rows
 * @param z        accuracies on the {@link Scale}
 */
record Samples(double[][] features, int globals, int[] recipe, List<String> recipes, int dense, double[] z) {
    boolean isDense(int row) {
        return recipe[row] == dense;
    }

    /** Whether there is more than one recipe. */
    boolean mixed() {
        return recipes.size() > 1;
    }
}
