package finch.data;

import java.util.SplittableRandom;

/** Applies augmentations to one image. */
final class Augmenter {
    /** Luma of ITU-R BT.601, as PIL and torchvision take it. */
    private static final float[] LUMA = {0.299f, 0.587f, 0.114f};
    private static final int CROP_ATTEMPTS = 10;

    private final BatchPlan plan;

    Augmenter(BatchPlan plan) {
        this.plan = plan;
    }

    /** Values for the network, [height][width][channels]. */
    float[] input(Image image, SplittableRandom random) {
        int height = plan.input().height();
        int width = plan.input().width();
        boolean crop = !plan.augmentations().isEmpty() && plan.augmentations().getFirst() instanceof Augmentation.RandomResizedCrop;
        Pixels pixels = Pixels.resized(image, crop ? box((Augmentation.RandomResizedCrop) plan.augmentations().getFirst(), image, random)
                : Pixels.Box.whole(image), height, width);
        for (Augmentation augmentation : plan.augmentations()) {
            switch (augmentation) {
                case Augmentation.RandomResizedCrop _ -> { }
                case Augmentation.PadCrop(int most) -> pixels = moved(pixels, random.nextInt(-most, most + 1), random.nextInt(-most, most + 1));
                case Augmentation.Flip _ -> {
                    if (random.nextBoolean()) {
                        flip(pixels);
                    }
                }
                case Augmentation.ColourJitter jitter -> jitter(pixels, jitter, random);
                case Augmentation.Cutout(int size) -> cut(pixels, size, random.nextInt(height), random.nextInt(width));
            }
        }
        plan.normalisation().apply(pixels.values());
        return pixels.values();
    }

    private static Pixels.Box box(Augmentation.RandomResizedCrop crop, Image image, SplittableRandom random) {
        double area = (double) image.height() * image.width();
        double widest = -Math.log(crop.narrowest());
        for (int attempt = 0; attempt < CROP_ATTEMPTS; attempt++) {
            double part = area * (crop.smallestArea() + (1 - crop.smallestArea()) * random.nextDouble());
            double shape = Math.exp((2 * random.nextDouble() - 1) * widest);
            int width = (int) Math.round(Math.sqrt(part * shape));
            int height = (int) Math.round(Math.sqrt(part / shape));
            if (width >= 1 && height >= 1 && width <= image.width() && height <= image.height()) {
                return new Pixels.Box(random.nextInt(image.height() - height + 1), random.nextInt(image.width() - width + 1), height, width);
            }
        }
        // a very long image: its middle
        int side = Math.min(image.height(), image.width());
        return new Pixels.Box((image.height() - side) / 2, (image.width() - side) / 2, side, side);
    }

    private Pixels moved(Pixels pixels, int down, int right) {
        Pixels result = new Pixels(pixels.height(), pixels.width(), pixels.channels(), new float[pixels.values().length]);
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < pixels.width(); x++) {
                int fromY = y + down;
                int fromX = x + right;
                boolean inside = fromY >= 0 && fromY < pixels.height() && fromX >= 0 && fromX < pixels.width();
                for (int c = 0; c < pixels.channels(); c++) {
                    result.values()[result.at(y, x) + c] = inside ? pixels.values()[pixels.at(fromY, fromX) + c] : plan.normalisation().middle(c);
                }
            }
        }
        return result;
    }

    private static void flip(Pixels pixels) {
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < pixels.width() / 2; x++) {
                int left = pixels.at(y, x);
                int right = pixels.at(y, pixels.width() - 1 - x);
                for (int c = 0; c < pixels.channels(); c++) {
                    float other = pixels.values()[left + c];
                    pixels.values()[left + c] = pixels.values()[right + c];
                    pixels.values()[right + c] = other;
                }
            }
        }
    }

    private static void jitter(Pixels pixels, Augmentation.ColourJitter strength, SplittableRandom random) {
        // drawn in any case, so that a strength of 0 leaves the later numbers as they are
        float brightness = factor(strength.brightness(), random);
        float contrast = factor(strength.contrast(), random);
        float saturation = factor(strength.saturation(), random);
        float[] values = pixels.values();
        int channels = pixels.channels();
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = bounded(values[i] * brightness);
        }
        for (int i = 0; i < values.length; i += channels) {
            sum += grey(values, i, channels);
        }
        float mean = (float) (sum * channels / values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = bounded(mean + contrast * (values[i] - mean));
        }
        for (int i = 0; channels == LUMA.length && i < values.length; i += channels) {
            float grey = grey(values, i, channels);
            for (int c = 0; c < channels; c++) {
                values[i + c] = bounded(grey + saturation * (values[i + c] - grey));
            }
        }
    }

    private static float factor(double strength, SplittableRandom random) {
        return (float) (1 + strength * (2 * random.nextDouble() - 1));
    }

    private static float grey(float[] values, int at, int channels) {
        return channels == LUMA.length ? LUMA[0] * values[at] + LUMA[1] * values[at + 1] + LUMA[2] * values[at + 2] : values[at];
    }

    private static float bounded(float value) {
        return Math.min(255, Math.max(0, value));
    }

    private void cut(Pixels pixels, int size, int centreY, int centreX) {
        for (int y = Math.max(0, centreY - size / 2); y < Math.min(pixels.height(), centreY - size / 2 + size); y++) {
            for (int x = Math.max(0, centreX - size / 2); x < Math.min(pixels.width(), centreX - size / 2 + size); x++) {
                for (int c = 0; c < pixels.channels(); c++) {
                    pixels.values()[pixels.at(y, x) + c] = plan.normalisation().middle(c);
                }
            }
        }
    }
}
