package finch.training.supernet;

import java.util.Arrays;

/**
 * What is counted since an epoch began. It is part of a checkpoint, so that what is told of an epoch does not depend on a stop in it: as floats, since that
 * is what a checkpoint holds, each 64-bit number as four of 16 bits.
 */
final class Tally {
    private static final int PARTS = 4;
    private static final int BITS = 16;
    private static final int IMAGES = 0;
    private static final int RIGHT = 1;
    private static final int LOSS = 2;

    final float[] parts = new float[3 * PARTS];

    private long get(int number) {
        long value = 0;
        for (int part = 0; part < PARTS; part++) {
            value |= (long) parts[number * PARTS + part] << part * BITS;
        }
        return value;
    }

    private void set(int number, long value) {
        for (int part = 0; part < PARTS; part++) {
            parts[number * PARTS + part] = value >>> part * BITS & 0xffff;
        }
    }

    void clear() {
        Arrays.fill(parts, 0);
    }

    void add(int images, int right, double loss) {
        set(IMAGES, get(IMAGES) + images);
        set(RIGHT, get(RIGHT) + right);
        set(LOSS, Double.doubleToLongBits(Double.longBitsToDouble(get(LOSS)) + loss * images));
    }

    long images() {
        return get(IMAGES);
    }

    /** Mean of an image. */
    double loss() {
        return Double.longBitsToDouble(get(LOSS)) / images();
    }

    /** Share of right images. */
    double top1() {
        return (double) get(RIGHT) / images();
    }
}
