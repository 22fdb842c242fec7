package finch.space;

/** Where the zeros of a SAME convolution go when the total is odd. The output is ⌈input/stride⌉ for odd kernels. */
public enum Padding {
    /** (k−1)/2 on every side, as PyTorch code does. */
    SYMMETRIC("symmetric"),
    /** As little as needed, the odd pixel right and below, as TensorFlow's SAME does. */
    TENSORFLOW("tensorflow");

    private final String formatName;

    Padding(String formatName) {
        this.formatName = formatName;
    }

    public String formatName() {
        return formatName;
    }
}
