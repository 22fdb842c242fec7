package finch.data;

import java.util.Arrays;

/**
 * How a set without validation images is split: of every class that has images the same share, at least one image, drawn by the seed.
 *
 * @param validation share of the images, above 0 and below 1
 */
public record Split(double validation, long seed) {
    /** A tenth, seed 1. */
    public static final Split DEFAULT = new Split(0.1, 1);

    public Split {
        if (!(validation > 0 && validation < 1)) {
            throw new IllegalArgumentException("the share of validation images must be above 0 and below 1, not " + validation);
        }
    }

    /** Training and validation images. @throws UnusableDataException if a class has but one image */
    ImageSet[] of(ImageSet all) throws UnusableDataException {
        int[] training = new int[all.size()];
        int[] held = new int[all.size()];
        int trainings = 0;
        int helds = 0;
        int label = 0;
        for (int[] members : Subset.shuffledByClass(all, seed)) {
            if (members.length == 0) {
                // as of CIFAR's files, whose classes are fixed and of which some may be there
                label++;
                continue;
            }
            if (members.length == 1) {
                throw new UnusableDataException("class " + all.classes().get(label) + " has one image (" + all.nameOf(members[0])
                        + "), which cannot be split into training and validation. Add images, or a folder validation/.");
            }
            int validating = Math.clamp(Math.round(validation * members.length), 1, members.length - 1);
            for (int i = 0; i < members.length; i++) {
                if (i < validating) {
                    held[helds++] = members[i];
                } else {
                    training[trainings++] = members[i];
                }
            }
            label++;
        }
        // in the set's own order: what lies together on disk is read together
        return new ImageSet[] {all.subset(sorted(training, trainings)), all.subset(sorted(held, helds))};
    }

    private static int[] sorted(int[] values, int count) {
        int[] part = Arrays.copyOf(values, count);
        Arrays.sort(part);
        return part;
    }
}
