package finch.space;

/** A height and a width: of an image in pixels, of a kernel in taps, of a stride in steps. */
public record Extent(int height, int width) {
    /** @throws IllegalArgumentException if either is below 1 */
    public Extent {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("height and width must be at least 1, not " + height + " x " + width);
        }
    }

    public static Extent square(int side) {
        return new Extent(side, side);
    }

    public boolean isSquare() {
        return height == width;
    }

    public boolean isOne() {
        return height == 1 && width == 1;
    }

    public int area() {
        return Math.multiplyExact(height, width);
    }

    @Override
    public String toString() {
        return isSquare() ? Integer.toString(height) : height + "x" + width;
    }
}
