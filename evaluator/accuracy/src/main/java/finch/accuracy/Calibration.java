package finch.accuracy;

/**
 * Turns the model's variance into one whose central 90 % interval held 90 % of results that the model had not seen
 * (split conformal prediction with the model's standard deviation as the measure of difficulty: Lei et al. 2018,
 * section 5.2).
 *
 * @param dense         factor on standard deviations under the recipe with most rows
 * @param denseDistance factor on the model's variance under that recipe: what lies between networks alike is known better
 *                      than what lies beyond them; fitted on left-out ranges of multiply-adds, of accuracy, and of accuracy at nearly equal multiply-adds
 * @param denseNovelty  novelty that its left-out networks show; beyond it the variance of the unfamiliar is added
 * @param other         factor under any other recipe
 * @param unfamiliar    variance added far from every published network, by novelty; fitted on left-out families
 * @param unfamiliarOfDifferences the same for differences, by how unlike the two are: much of what a family does not tell of another is common to its members
 */
record Calibration(double dense, double denseDistance, double denseNovelty, double other, double unfamiliar, double unfamiliarOfDifferences) {
    /** The 95th percentile of the standard normal distribution. */
    static final double Z95 = 1.6448536269514722;

    /**
     * Variance of one result on the z scale. Where the recipe with most rows measured nothing alike, its own small
     * errors say nothing, and the others' are taken.
     *
     * @param model the model's variance; that of one network's noise is added
     */
    double variance(boolean isDense, double model, double novelty, Hyperparameters hyper) {
        boolean known = isDense && novelty <= denseNovelty;
        return familiar(known, model, 1, hyper) + (known ? 0 : unfamiliar * novelty);
    }

    /**
     * Variance of the difference of two results of one recipe.
     *
     * @param known whether the recipe with most rows measured networks like both
     * @param model the model's variance of the difference
     * @param alike closeness of the two in the global features, 1 for equal ones
     */
    double varianceOfDifference(boolean known, double model, double alike, Hyperparameters hyper) {
        return familiar(known, model, 2, hyper) + (known ? 0 : 2 * unfamiliarOfDifferences * (1 - alike));
    }

    private double familiar(boolean known, double model, int results, Hyperparameters hyper) {
        double factor = known ? dense : other;
        double noise = known ? hyper.noiseDense() : hyper.noiseOther();
        return factor * factor * ((known ? denseDistance : 1) * model + results * noise * noise);
    }
}
