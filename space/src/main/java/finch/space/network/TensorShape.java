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

    public int pixels() {
        return Math.multiplyExact(height, width);
    }

    /** Number of elements. */
    public int size() {
        return Math.multiplyExact(pixels(), channels);
    }

    /** Bytes as float32. */
    public long bytes() {
        return 4L * height * width * channels;
    }

    @Override
    public String toString() {
        return height + "x" + width + "x" + channels;
    }
}
