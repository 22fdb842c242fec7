package finch.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What makes values of 0 to 255 inputs of a network: (x / 255 − mean) / deviation, channel by channel.
 *
 * @param mean      of values from 0 to 1
 * @param deviation above 0
 */
public record Normalisation(List<Double> mean, List<Double> deviation) {
    /** Of ImageNet's training images, as torchvision has it. */
    public static final Normalisation IMAGENET = new Normalisation(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

    private static final int ENOUGH_IMAGES = 10_000;
    private static final double BYTE = 255;

    public Normalisation {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        if (mean.isEmpty() || mean.size() != deviation.size()) {
            throw new IllegalArgumentException("a normalisation has a mean and a deviation for each channel, not " + mean.size() + " and " + deviation.size());
        }
        if (!mean.stream().allMatch(Double::isFinite) || !deviation.stream().allMatch(d -> d > 0 && Double.isFinite(d))) {
            throw new IllegalArgumentException("means must be numbers and deviations above 0: " + mean + ", " + deviation);
        }
    }

    /** The same for every channel. */
    public static Normalisation of(int channels, double mean, double deviation) {
        return new Normalisation(Collections.nCopies(channels, mean), Collections.nCopies(channels, deviation));
    }

    /**
     * Mean and standard deviation over all pixels of the images, or of 10,000 drawn from them where there are more. Corrupt
     * ones do not count. A channel that never varies gets the deviation 1.
     *
     * @throws UnusableDataException if no image can be read, or they have other channels than the network
     */
    public static Normalisation of(ImageSet training, int channels) throws UnusableDataException {
        ImageSet images = training.sample(ENOUGH_IMAGES, 1);
        double[] sums = new double[channels];
        double[] squares = new double[channels];
        long pixels = 0;
        CorruptImageException last = null;
        for (int i = 0; i < images.size(); i++) {
            try {
                Image image = Image.of(images, i, channels);
                pixels += add(image, channels, sums, squares);
            } catch (CorruptImageException e) {
                last = e;
            }
        }
        if (pixels == 0) {
            throw new UnusableDataException("no image can be used; the last one: " + (last == null ? "there are none" : last.getMessage()));
        }
        List<Double> mean = new ArrayList<>();
        List<Double> deviation = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            double m = sums[c] / pixels;
            double variance = squares[c] / pixels - m * m;
            mean.add(m / BYTE);
            // below a thousandth of a step it is rounding
            deviation.add(variance > 1e-6 ? Math.sqrt(variance) / BYTE : 1);
        }
        return new Normalisation(mean, deviation);
    }

    /** Integers until the end of an image, so that the order of its pixels means nothing. */
    private static long add(Image image, int channels, double[] sums, double[] squares) {
        for (int c = 0; c < channels; c++) {
            long sum = 0;
            long square = 0;
            for (int i = c; i < image.pixels.length; i += channels) {
                int value = image.pixels[i] & 0xff;
                sum += value;
                square += value * value;
            }
            sums[c] += sum;
            squares[c] += square;
        }
        return (long) image.height() * image.width();
    }

    /** What a value of {@link #mean()} would be among 0 to 255. */
    float middle(int channel) {
        return (float) (mean.get(channel) * BYTE);
    }

    /** Values of 0 to 255, [pixels][channels], in place. */
    void apply(float[] values) {
        int channels = mean.size();
        for (int c = 0; c < channels; c++) {
            double factor = 1 / (BYTE * deviation.get(c));
            double shift = -mean.get(c) / deviation.get(c);
            for (int i = c; i < values.length; i += channels) {
                values[i] = (float) (values[i] * factor + shift);
            }
        }
    }
}
