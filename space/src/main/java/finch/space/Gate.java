package finch.space;

/** The gate of a squeeze-excite branch. */
public sealed interface Gate {
    /** The MobileNetV3 gate, min(max(x/6 + 1/2, 0), 1), with ReLU after the squeezing convolution. */
    Gate HARD_SIGMOID = new HardSigmoid(1.0 / 6.0);

    /** The logistic gate of MnasNet and EfficientNet, with the block's own activation after the squeezing convolution. */
    Gate SIGMOID = new Sigmoid();

    /** min(max(slope·x + 1/2, 0), 1); PaddleClas trains with slope 0.2. */
    record HardSigmoid(double slope) implements Gate {
        public HardSigmoid {
            if (!(slope > 0) || Double.isInfinite(slope)) {
                throw new IllegalArgumentException("gate slope must be positive and finite, not " + slope);
            }
        }
    }

    record Sigmoid() implements Gate {}
}
