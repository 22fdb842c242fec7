package finch.data;

/** A random change of a training image. What each image gets depends on seed, epoch and image only. */
public sealed interface Augmentation {
    /**
     * A part of random area and shape, resized to the network's resolution. Must come first, in place of plain resizing.
     *
     * @param smallestArea share of the image, above 0 up to 1
     * @param narrowest    width over height, at most 1; the widest is its inverse
     * @see <a href="https://arxiv.org/abs/1409.4842">Szegedy et al. 2014, section 6</a>
     */
    record RandomResizedCrop(double smallestArea, double narrowest) implements Augmentation {
        /** As published: from 8 % of the area, between 3:4 and 4:3. */
        public static final RandomResizedCrop PUBLISHED = new RandomResizedCrop(0.08, 0.75);

        public RandomResizedCrop {
            share("the smallest area of a random crop", smallestArea);
            share("the narrowest shape of a random crop", narrowest);
        }
    }

    /**
     * Moved by up to so many pixels each way; what comes in is of the mean colour, which is zero to the network.
     *
     * @see <a href="https://arxiv.org/abs/1512.03385">He et al. 2015, section 4.2: 4 pixels for CIFAR</a>
     */
    record PadCrop(int pixels) implements Augmentation {
        public PadCrop {
            if (pixels < 1) {
                throw new IllegalArgumentException("padding before a crop must be at least 1 pixel, not " + pixels);
            }
        }
    }

    /** Left and right exchanged, every other time. */
    record Flip() implements Augmentation {}

    /**
     * Brightness, contrast and saturation times a factor of 1 ± so much, in this order. Grey images have no saturation.
     *
     * @see <a href="https://arxiv.org/abs/1312.5402">Howard 2013, section 2.2</a>
     */
    record ColourJitter(double brightness, double contrast, double saturation) implements Augmentation {
        public ColourJitter {
            for (double strength : new double[] {brightness, contrast, saturation}) {
                if (!(strength >= 0 && strength <= 1)) {
                    throw new IllegalArgumentException("colour jitter must be between 0 and 1, not " + strength);
                }
            }
        }
    }

    /**
     * A square of the mean colour around a random pixel; at the border a part of it lies outside.
     *
     * @param size side in pixels
     * @see <a href="https://arxiv.org/abs/1708.04552">DeVries and Taylor 2017, section 3.2</a>
     */
    record Cutout(int size) implements Augmentation {
        public Cutout {
            if (size < 1) {
                throw new IllegalArgumentException("cutout must be at least 1 pixel wide, not " + size);
            }
        }
    }

    private static void share(String what, double value) {
        if (!(value > 0 && value <= 1)) {
            throw new IllegalArgumentException(what + " must be above 0 and at most 1, not " + value);
        }
    }
}
