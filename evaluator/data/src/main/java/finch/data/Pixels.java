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
        Taps across = Taps.of(part.width(), width);
        // first the rows, of which there may be many more than in the end, then the columns
        float[] rows = new float[part.height() * width * channels];
        for (int y = 0; y < part.height(); y++) {
            int source = ((part.top() + y) * image.width() + part.left()) * channels;
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    float sum = 0;
                    for (int t = 0; t < across.counts()[x]; t++) {
                        sum += across.weights()[x][t] * (image.pixels[source + (across.starts()[x] + t) * channels + c] & 0xff);
                    }
                    rows[(y * width + x) * channels + c] = sum;
                }
            }
        }
        Taps down = Taps.of(part.height(), height);
        int length = width * channels;
        float[] values = new float[height * length];
        for (int y = 0; y < height; y++) {
            for (int t = 0; t < down.counts()[y]; t++) {
                float weight = down.weights()[y][t];
                int source = (down.starts()[y] + t) * length;
                for (int i = 0; i < length; i++) {
                    values[y * length + i] += weight * rows[source + i];
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
    }
}
