package finch.accuracy;

import java.util.Arrays;

/**
 * The scale on which effects add up: z = −scale·ln(cap − top1). Near the cap a further point is dear, far below it is
 * cheap, as the published multipliers show; at {@code cap − top1 = scale} one unit of z is one point.
 *
 * @param cap   above every accuracy seen, in percent
 * @param scale in percent
 */
record Scale(double cap, double scale) {
    /** The cap lies half way between the best result and 100 %; one unit of z is one point at the median. */
    static Scale of(double[] top1) {
        double[] sorted = top1.clone();
        Arrays.sort(sorted);
        double cap = (100 + sorted[sorted.length - 1]) / 2;
        return new Scale(cap, cap - sorted[sorted.length / 2]);
    }

    double toZ(double top1) {
        return -scale * Math.log(cap - top1);
    }

    double toTop1(double z) {
        return Math.max(0, cap - Math.exp(-z / scale));
    }

    /** Points of top-1 per unit of z. */
    double slope(double z) {
        return Math.exp(-z / scale) / scale;
    }
}
