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
    /**
     * The logarithm of the error: where networks of one family lose to lower resolution, their errors grow by nearly one factor at all widths (MobileNetV3 at 96 pixels
     * by 1.48 for Large and 1.49 for Small). A cap below 100 % makes left-out small networks worse. One unit of z is one point at the median.
     */
    static Scale of(double[] top1) {
        double[] sorted = top1.clone();
        Arrays.sort(sorted);
        return new Scale(100, 100 - sorted[sorted.length / 2]);
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
