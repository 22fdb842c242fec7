package finch.data;

/**
 * An image that is being worked on: values of 0 to 255.
 *
 * @param values [height][width][channels]
 */
record Pixels(int height, int width, int channels, float[] values) {
    static Pixels of(Image image) {
        float[] values = new float[image.pixels.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = image.pixels[i] & 0xff;
        }
        return new Pixels(image.height(), image.width(), image.channels(), values);
    }

    int at(int y, int x) {
        return (y * width + x) * channels;
    }

    /** A part of an image, resized. Pixels outside the part have no influence. */
    static Pixels resized(Image image, Box part, int height, int width) {
        if (part.height() == height && part.width() == width && height == image.height() && width == image.width()) {
            return of(image);
        }
        int channels = image.channels();
        int length = Math.multiplyExact(width, channels);
        Taps across = Taps.of(part.width(), width);
        Taps down = Taps.of(part.height(), height);
        float[] values = new float[Math.multiplyExact(height, length)];
        // row by row of the source, of which there may be many more than in the end; each goes into the rows that it has a part in
        float[] row = new float[length];
        for (int from = 0, first = 0; from < part.height(); from++) {
            across.row(image, ((part.top() + from) * image.width() + part.left()) * channels, row);
            while (down.starts()[first] + down.counts()[first] <= from) {
                first++;
            }
            for (int y = first; y < height && down.starts()[y] <= from; y++) {
                float weight = down.weights()[y][from - down.starts()[y]];
                for (int i = 0; i < length; i++) {
                    values[y * length + i] += weight * row[i];
                }
            }
        }
        return new Pixels(height, width, channels, values);
    }

    /** A part of an image, in its pixels. */
    record Box(int top, int left, int height, int width) {
        static Box whole(Image image) {
            return new Box(0, 0, image.height(), image.width());
        }
    }

    /**
     * Which pixels make an output pixel of one axis: a triangle around its centre, as wide as a pixel of the larger of the
     * two images. So enlarging is bilinear, and shrinking averages what it covers, without aliasing.
     */
    private record Taps(int[] starts, int[] counts, float[][] weights) {
        static Taps of(int in, int out) {
            double scale = (double) in / out;
            double reach = Math.max(1, scale);
            int[] starts = new int[out];
            int[] counts = new int[out];
            float[][] weights = new float[out][];
            for (int i = 0; i < out; i++) {
                double centre = (i + 0.5) * scale;
                int from = Math.max(0, (int) Math.floor(centre - reach));
                int to = Math.min(in, (int) Math.ceil(centre + reach));
                double[] own = new double[to - from];
                double sum = 0;
                for (int t = 0; t < own.length; t++) {
                    own[t] = Math.max(0, 1 - Math.abs(from + t + 0.5 - centre) / reach);
                    sum += own[t];
                }
                starts[i] = from;
                counts[i] = own.length;
                weights[i] = new float[own.length];
                for (int t = 0; t < own.length; t++) {
                    weights[i][t] = (float) (own[t] / sum);
                }
            }
            return new Taps(starts, counts, weights);
        }

        /** One row of an image that starts at a place of its array, [width][channels]. */
        void row(Image image, int source, float[] row) {
            int channels = image.channels();
            for (int x = 0; x < starts.length; x++) {
                for (int c = 0; c < channels; c++) {
                    float sum = 0;
                    for (int t = 0; t < counts[x]; t++) {
                        sum += weights[x][t] * (image.pixels[source + (starts[x] + t) * channels + c] & 0xff);
                    }
                    row[x * channels + c] = sum;
                }
            }
        }
    }
}
