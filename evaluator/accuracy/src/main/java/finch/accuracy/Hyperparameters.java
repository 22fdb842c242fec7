package finch.accuracy;

/**
 * Prior variances, length scales and noise of the surrogate's Gaussian process, in units of the transformed accuracy
 * (about one point at the median).
 *
 * @param global       prior variance of the linear coefficient of a standardised global feature
 * @param local        the same for a local feature
 * @param product      the same for a product of two standardised sizes
 * @param recipe       prior variance of a recipe's offset
 * @param recipeSlope  prior variance of what a recipe adds to the slope over a standardised size
 * @param curveLocal   variance of the squared-exponential part over local features
 * @param scaleLocal   its length scale, in standard deviations per feature
 * @param curveGlobal  variance of the squared-exponential part over global features
 * @param scaleGlobal  its length scale
 * @param noiseDense   standard deviation of one result of the recipe with most rows
 * @param noiseOther   standard deviation of one result of any other recipe
 */
record Hyperparameters(double global, double local, double product, double recipe, double recipeSlope, double curveLocal, double scaleLocal,
                       double curveGlobal, double scaleGlobal, double noiseDense, double noiseOther) {
    /** Where the search for better ones begins: near the optimum for published ImageNet results. */
    static final Hyperparameters START = new Hyperparameters(0.7, 0.02, 0.1, 0.3, 0.03, 0.2, 1.5, 1.4, 1.2, 0.08, 0.25);

    static final int GLOBAL = 0;
    static final int LOCAL = 1;
    static final int PRODUCT = 2;
    static final int RECIPE = 3;
    static final int RECIPE_SLOPE = 4;
    static final int CURVE_LOCAL = 5;
    static final int SCALE_LOCAL = 6;
    static final int CURVE_GLOBAL = 7;
    static final int SCALE_GLOBAL = 8;
    static final int NOISE_DENSE = 9;
    static final int NOISE_OTHER = 10;
    static final int COUNT = 11;

    double[] toArray() {
        return new double[] {global, local, product, recipe, recipeSlope, curveLocal, scaleLocal, curveGlobal, scaleGlobal, noiseDense, noiseOther};
    }

    static Hyperparameters of(double[] h) {
        return new Hyperparameters(h[GLOBAL], h[LOCAL], h[PRODUCT], h[RECIPE], h[RECIPE_SLOPE], h[CURVE_LOCAL], h[SCALE_LOCAL], h[CURVE_GLOBAL], h[SCALE_GLOBAL],
                h[NOISE_DENSE], h[NOISE_OTHER]);
    }

    /** All variances of the dense recipe's world times one factor, those of the others' times another. */
    Hyperparameters variances(double dense, double other) {
        return new Hyperparameters(global * other, local * dense, product * other, recipe * other, recipeSlope * other, curveLocal * dense, scaleLocal,
                curveGlobal * other, scaleGlobal, noiseDense * Math.sqrt(dense), noiseOther * Math.sqrt(other));
    }
}
