package finch.accuracy.proxy;

import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.store.R064Store;

/** Which units each image of a batch turns on, a bit a unit, and how alike the images are in it. */
final class ActivationCodes {
    private final int images;
    /** [i][j], units on for both or off for both. */
    private final long[][] alike;

    ActivationCodes(int images) {
        this.images = images;
        this.alike = new long[images][images];
    }

    /** @param values one layer's, before its nonlinearity, [image][unit] */
    void add(float[] values) {
        int units = values.length / images;
        int words = Math.ceilDiv(units, Long.SIZE);
        long[][] codes = new long[images][words];
        for (int i = 0; i < images; i++) {
            for (int u = 0; u < units; u++) {
                if (values[i * units + u] > 0) {
                    codes[i][u / Long.SIZE] |= 1L << u;
                }
            }
        }
        for (int i = 0; i < images; i++) {
            for (int j = 0; j <= i; j++) {
                long different = 0;
                for (int w = 0; w < words; w++) {
                    different += Long.bitCount(codes[i][w] ^ codes[j][w]);
                }
                alike[i][j] += units - different;
                alike[j][i] = alike[i][j];
            }
        }
    }

    /** log det K; negative infinity if two images have the same code. */
    double logDeterminant() {
        R064Store matrix = R064Store.FACTORY.make(images, images);
        for (int i = 0; i < images; i++) {
            for (int j = 0; j < images; j++) {
                matrix.set(i, j, alike[i][j]);
            }
        }
        // symmetric and positive semi-definite: a sum of two Gram matrices, of the units on and of the units off
        Eigenvalue<Double> decomposition = Eigenvalue.R064.make(matrix, true);
        decomposition.decompose(matrix);
        double sum = 0;
        for (double eigenvalue : decomposition.getEigenvalues().stream().mapToDouble(v -> v.getReal()).toArray()) {
            if (eigenvalue <= 1e-9 * alike[0][0]) {
                return Double.NEGATIVE_INFINITY;
            }
            sum += Math.log(eigenvalue);
        }
        return sum;
    }
}
