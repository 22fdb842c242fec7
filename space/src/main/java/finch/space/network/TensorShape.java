package finch.space.network;

/** The shape of one image's tensor, batch excluded. A vector has height and width 1. */
public record TensorShape(int height, int width, int channels) {
    public TensorShape {
        if (height < 1 || width < 1 || channels < 1) {
            throw new IllegalArgumentException("no dimension may be below 1: " + height + "x" + width + "x" + channels);
        }
    }

    public static TensorShape vector(int channels) {
        return new TensorShape(1, 1, channels);
    }

    /** @throws ArithmeticException if they exceed an int */
    public int pixels() {
        return Math.multiplyExact(height, width);
    }

    /** Number of elements. @throws ArithmeticException if they exceed an int, and so what an array holds */
    public int size() {
        return Math.multiplyExact(pixels(), channels);
    }

    /** Bytes as float32. @throws ArithmeticException if they exceed a long, which no {@link Network} lets happen */
    public long bytes() {
        return Math.multiplyExact(4L * channels, (long) height * width);
    }

    @Override
    public String toString() {
        return height + "x" + width + "x" + channels;
    }
}
