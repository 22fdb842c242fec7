package finch.training.supernet;

import finch.space.network.TensorShape;
import java.util.Arrays;

/** Images of a batch at another resolution: each new pixel is the mean of the area that it covers, so that nothing aliases; larger ones repeat. */
final class Resampling {
    private Resampling() {}

    /**
     * @param images [count][height][width][channels] of shape {@code from}
     * @return the same array where the resolution is the same already
     */
    static float[] of(float[] images, int count, TensorShape from, TensorShape to) {
        if (from.equals(to)) {
            return images;
        }
        int channels = from.channels();
        double[][] down = cover(from.height(), to.height());
        double[][] across = cover(from.width(), to.width());
        float[] result = new float[count * to.size()];
        double[] sums = new double[channels];
        for (int image = 0; image < count; image++) {
            for (int y = 0; y < to.height(); y++) {
                for (int x = 0; x < to.width(); x++) {
                    Arrays.fill(sums, 0);
                    for (int v = 0; v < down[y].length - 1; v++) {
                        int row = image * from.size() + ((int) down[y][0] + v) * from.width() * channels;
                        for (int h = 0; h < across[x].length - 1; h++) {
                            double weight = down[y][v + 1] * across[x][h + 1];
                            int at = row + ((int) across[x][0] + h) * channels;
                            for (int c = 0; c < channels; c++) {
                                sums[c] += weight * images[at + c];
                            }
                        }
                    }
                    int at = image * to.size() + (y * to.width() + x) * channels;
                    for (int c = 0; c < channels; c++) {
                        result[at + c] = (float) sums[c];
                    }
                }
            }
        }
        return result;
    }

    /** For each new pixel of a line the first old one that it covers, and how much of the new one each old one from there makes. */
    private static double[][] cover(int from, int to) {
        double[][] cover = new double[to][];
        for (int i = 0; i < to; i++) {
            // in units of 1/(from·to) of the line everything is whole
            long low = (long) i * from;
            long high = low + from;
            int first = (int) (low / to);
            int last = (int) ((high - 1) / to);
            cover[i] = new double[last - first + 2];
            cover[i][0] = first;
            for (int k = first; k <= last; k++) {
                cover[i][k - first + 1] = (Math.min(high, (k + 1L) * to) - Math.max(low, (long) k * to)) / (double) from;
            }
        }
        return cover;
    }
}
